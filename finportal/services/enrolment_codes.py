"""Registering by code, its middle: the code that proves an address, sent and checked."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault, new_token, token_hash
from finportal.models import Account, Customer, Visit
from finportal.models.codes import REGISTRATION
from finportal.services import audit, codes, identity, letters, questions, visits
from finportal.services.accounts import Holder
from finportal.services.codes import Asked, Sent
from finportal.services.errors import AlreadyDone
from finportal.services.letters import Addressee
from finportal.services.visits import CurrentVisit, Surroundings


@dataclass(frozen=True, slots=True)
class Registrant:
    """The customer who registers, and the account if there is one, of which nobody is told."""

    customer: Customer
    account: Account | None

    def letter_to(self, address: str, locale: str) -> Callable[[str], Letter]:
        """What to mail: the code, or to who has an account that it exists, whatever was asked."""
        if self.account:
            registered = letters.already_registered(Holder(self.account, self.customer).addressee)
            return lambda _code: registered
        who = self._at(address, locale)
        return lambda code: letters.code(who, code, REGISTRATION)

    def copies(self, address: str) -> list[Letter]:
        """For who has an account under an address that the lender's file has replaced since."""
        if self.account is None or address != self.customer.email or address == self.account.email:
            return []
        return [letters.account_elsewhere(self._at(address, self.account.locale))]

    def _at(self, address: str, locale: str) -> Addressee:
        return Addressee(self.customer.name, self.customer.kind, address, locale)


def registrant(session: Session, visit: CurrentVisit) -> Registrant:
    """Who registers in this session."""
    query = (
        select(Customer, Account)
        .outerjoin(Account, Account.customer_id == Customer.id)
        .where(Customer.id == visit.customer_id)
    )
    customer, account = session.execute(query).one()
    return Registrant(customer, account)


def address_on_file(db: Database, visit: CurrentVisit) -> str:
    """The e-mail the lender holds, masked: first letters only."""
    with db.read() as session:
        return identity.masked_email(registrant(session, visit).customer.email)


def shown_address(db: Database, vault: Vault, visit: CurrentVisit) -> str:
    """Where the code went: whole when it was typed in this session, masked when it was not.

    What the lender's file holds is not looked at: it may have changed since, and would show
    whether what was typed is the address on file.
    """
    with db.read() as session:
        typed = questions.typed_here(session, vault, visit, visit.email)
    return visit.email if typed else identity.masked_email(visit.email)


def send_to_file(db: Database, vault: Vault, visit: CurrentVisit, around: Surroundings) -> None:
    """Send a code to the e-mail the lender holds. Raises TooMany."""
    with db.read() as session:
        address = registrant(session, visit).customer.email
    _send(db, vault, visit, address, around)


def send(
    db: Database, vault: Vault, visit: CurrentVisit, address: str, around: Surroundings
) -> None:
    """Send a code to the address that was typed with right answers; pressing twice sends one.

    That they were right is the caller's to know.
    Raises TooMany: then it is the session's address already, and `again` sends the code later.
    """
    with db.writing() as link:
        questions.keep_typed(link, vault, visit, address)
    _send(db, vault, visit, address, around)


def again(db: Database, vault: Vault, visit: CurrentVisit, around: Surroundings) -> None:
    """Send another code to the same address; the one before it dies. Raises TooMany."""
    with db.read() as session:
        who = registrant(session, visit)
    _post(db, vault, visit, who, around)


def sent(db: Database, visit: CurrentVisit, around: Surroundings) -> Sent | None:
    """The code that is open."""
    with db.reading() as link:
        return codes.sent_for(link, _asked(visit), around)


def prove(db: Database, vault: Vault, visit: CurrentVisit, typed: str, around: Surroundings) -> str:
    """Check the code; the session goes on under a new token, which is returned.

    Raises WrongCode and CodeOver, and AlreadyDone when the code was used in another tab.
    """
    right = codes.check(db, vault, _asked(visit), typed, around)
    token = new_token()
    proven = (
        update(Visit)
        .where(Visit.id == visit.id, Visit.stage == visits.CODE_SENT)
        .values(stage=visits.MAIL_PROVEN, email=right.address, token_hash=token_hash(token))
        .returning(Visit.id)
    )
    with db.writing() as link:
        if not codes.use_up(link, right) or link.execute(proven).one_or_none() is None:
            raise AlreadyDone
        audit.record(link, "registration_mail_proven", around, customer_id=visit.customer_id)
    return token


def _send(
    db: Database, vault: Vault, visit: CurrentVisit, address: str, around: Surroundings
) -> None:
    with db.read() as session:
        who = registrant(session, visit)
        if visit.email == address and _just_sent(session, visit, around):
            return
    with db.writing() as link:
        link.execute(
            update(Visit)
            .where(Visit.id == visit.id, Visit.stage.in_((visits.MATCHED, visits.CODE_SENT)))
            .values(stage=visits.CODE_SENT, email=address)
        )
    _post(db, vault, replace(visit, email=address), who, around)


def _post(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    who: Registrant,
    around: Surroundings,
) -> None:
    letter = who.letter_to(visit.email, around.locale)
    codes.send(
        db, vault, _asked(visit), letter, around,
        limited_by=f"customer {who.customer.id}", besides=who.copies(visit.email),
    )  # fmt: skip


def _just_sent(session: Session, visit: CurrentVisit, around: Surroundings) -> bool:
    open_code = codes.sent_for(session, _asked(visit), around)
    return open_code is not None and around.now < open_code.again_at


def _asked(visit: CurrentVisit) -> Asked:
    return Asked(visit, REGISTRATION)
