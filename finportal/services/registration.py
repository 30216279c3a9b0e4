"""Registering: three data are matched against the portfolio; on a match the way in is mailed."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer, Mismatch
from finportal.models.accounts import PROVISIONAL, SUSPENDED
from finportal.services import (
    audit,
    consents,
    credentials,
    devices,
    identity,
    letters,
    outbox,
    recovery_links,
    throttle,
    visits,
)
from finportal.services.credentials import Provisional, Recipient
from finportal.services.errors import TooMany
from finportal.services.letters import Addressee
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

PER_NETWORK = Limit("register-network", 5, timedelta(hours=1))
PER_NUMBER = Limit("register-number", 5, timedelta(days=1))
PER_EMAIL = Limit("register-email", 3, timedelta(days=1))
EVERYBODY = Limit("register-everybody", 200, timedelta(hours=1))


@dataclass(frozen=True)
class Application:
    """What a person typed to register, each in its canonical form."""

    id_type: str
    id_number: str
    email: str
    mobile: str
    consent: consents.Text


def register(db: Database, vault: Vault, application: Application, around: Surroundings) -> bool:
    """Whether the three data match one customer; a match writes the letter in the same transaction.

    A customer who has an account gets another letter and nothing changes, unless the lender has
    changed the e-mail it holds since: then the account begins anew at the new address. Every path
    runs the key derivation function once. Raises TooMany, for known and unknown people alike.
    """
    provisional = credentials.new(vault)
    with db.write() as session:
        wait = throttle.take(session, around.now, _counters(vault, application, around))
    if wait:
        raise TooMany(wait)
    try:
        return _register(db, vault, application, around, provisional)
    except IntegrityError:  # somebody registered the same customer at the same moment
        return _register(db, vault, application, around, provisional)


def _register(
    db: Database,
    vault: Vault,
    application: Application,
    around: Surroundings,
    provisional: Provisional,
) -> bool:
    with db.write() as session:
        customer, account = _match(session, application)
        if customer is None:
            _note_mismatch(session, application, around)
            return False
        who = Addressee(customer.name, customer.kind, application.email, around.locale)
        if account and not _begins_anew(session, customer, account):
            outbox.post(
                session, vault, letters.already_registered(who), around.now, account_id=account.id
            )
            audit.record(session, "registered_again", around, account_id=account.id)
            return True
        if account:
            _give_up_old_address(session, vault, customer, account, around)
            account_id = account.id
        else:
            account_id = _open_account(session, customer, around)
        to = Recipient(account_id, who, customer.id_number)
        credentials.give(session, vault, to, provisional, around)
        consents.accept(session, customer.id, application.consent, around)
        audit.record(session, "registered", around, account_id=account_id)
        return True


def _counters(
    vault: Vault, application: Application, around: Surroundings
) -> list[throttle.Counter]:
    number = f"{application.id_type} {application.id_number}"
    return [
        throttle.counter(vault, PER_NETWORK, around.network),
        throttle.counter(vault, PER_NUMBER, number),
        throttle.counter(vault, PER_EMAIL, application.email),
        throttle.counter(vault, EVERYBODY, ""),
    ]


def _match(session: Session, application: Application) -> tuple[Customer | None, Account | None]:
    found = session.execute(
        select(Customer, Account)
        .outerjoin(Account, Account.customer_id == Customer.id)
        .where(
            Customer.id_type == application.id_type,
            Customer.id_number == application.id_number,
            Customer.email == application.email,
            Customer.mobile == application.mobile,
        )
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def _open_account(session: Session, customer: Customer, around: Surroundings) -> int:
    account = Account(
        customer_id=customer.id,
        email=customer.email,
        state=PROVISIONAL,
        locale=around.locale,
        password_hash="",
        password_changed_at=around.now,
        created_at=around.now,
    )
    session.add(account)
    session.flush()
    return account.id


def _begins_anew(session: Session, customer: Customer, account: Account) -> bool:
    """Claim the move to the e-mail the lender holds now; nobody else may do it a second time."""
    moved = (
        update(Account)
        .where(
            Account.id == account.id,
            Account.email == account.email,
            Account.email != customer.email,
            Account.state != SUSPENDED,
        )
        .values(email=customer.email)
        .execution_options(synchronize_session=False)
        .returning(Account.id)
    )
    return session.execute(moved).one_or_none() is not None


def _give_up_old_address(
    session: Session, vault: Vault, customer: Customer, account: Account, around: Surroundings
) -> None:
    """The lender changed the e-mail it holds: the account begins anew, the old address is told."""
    old = Addressee(customer.name, customer.kind, account.email, account.locale)
    letter = letters.address_replaced(old, around.now.isoformat())
    outbox.post(session, vault, letter, around.now, account_id=account.id)
    visits.end_all(session, account.id)
    devices.forget_all(session, account.id, around)
    recovery_links.use_up(session, account.id, around)
    audit.record(session, "address_replaced", around, account_id=account.id)


def _note_mismatch(session: Session, application: Application, around: Surroundings) -> None:
    session.add(
        Mismatch(
            at=around.now,
            id_type=application.id_type,
            id_number_masked=identity.masked(application.id_number),
            email_masked=identity.masked_email(application.email),
            mobile_masked=identity.masked(application.mobile),
            network=around.network,
        )
    )
    audit.record(session, "registration_mismatch", around)
