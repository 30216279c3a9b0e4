"""Registering by code, its end: the account is opened, whole or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Account, Consent, Customer, Enrolment, Visit
from finportal.models.accounts import ACTIVE
from finportal.models.contacts import EMAIL, REGISTRATION
from finportal.services import audit, devices, letters, outbox, personalisation, recognition, visits
from finportal.services.contacts import changing
from finportal.services.enrolment_codes import registrant
from finportal.services.errors import AlreadyDone
from finportal.services.letters import Addressee
from finportal.services.personalisation import Choice, Faults
from finportal.services.visits import CurrentVisit, Surroundings

HOLD = timedelta(hours=48)
"""How long an account waits whose address the lender did not know (and staff did not approve)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An account that was opened: its device's token, and until when it is held, if it is."""

    device_token: str
    held_until: datetime | None


def finish(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    choice: Choice,
    around: Surroundings,
    *,
    shortest: int,
    lender: str,
) -> Opened:
    """Open the account with its own password, image and phrase.

    The session that proved the address ends here; nobody is signed in. Raises ChoiceUnfit (nothing
    changed), and AlreadyDone where there is an account or another tab was faster.
    """
    personalisation.check(choice, shortest, _words(db, visit, lender), may_repeat=True)
    password_hash = vault.hash_password(choice.new)
    try:
        with db.write() as session:
            return _open(session, vault, visit, (choice, password_hash), around)
    except IntegrityError as error:  # somebody opened an account of this customer meanwhile
        raise AlreadyDone from error


def review(
    db: Database, visit: CurrentVisit, choice: Choice, *, shortest: int, lender: str
) -> Faults:
    """What `finish` would refuse of a choice. Raises AlreadyDone as it does."""
    words = _words(db, visit, lender)
    return personalisation.faults_of(choice, shortest, words, may_repeat=True)


def _words(db: Database, visit: CurrentVisit, lender: str) -> set[str]:
    with db.read() as session:
        customer = registrant(session, visit).customer
        return personalisation.words_of(session, customer, None, lender)


def _open(
    session: Session,
    vault: Vault,
    visit: CurrentVisit,
    chosen: tuple[Choice, str],
    around: Surroundings,
) -> Opened:
    choice, password_hash = chosen
    accepted = _claim(session, visit)
    customer = session.get_one(Customer, visit.customer_id, with_for_update=True)
    if session.scalars(select(Account.id).where(Account.customer_id == customer.id)).first():
        raise AlreadyDone
    held_until = _change_address(session, vault, visit, accepted, around)
    account = Account(
        customer_id=customer.id,
        email=visit.email,
        state=ACTIVE,
        locale=around.locale,
        password_hash=password_hash,
        password_changed_at=around.now,
        image=choice.picture,
        phrase=choice.phrase,
        created_at=around.now,
        held_until=held_until,
    )
    session.add(account)
    session.flush()
    session.add(
        Consent(
            customer_id=customer.id,
            text_id=accepted.text_id,
            accepted_at=accepted.accepted_at,
            network=accepted.network,
        )
    )
    who = Addressee(customer.name, customer.kind, visit.email, around.locale)
    letter = letters.registered(who, recognition.initial(vault, visit.email))
    outbox.post(session, vault, letter, around.now, account_id=account.id)
    audit.record(session, "registered", around, account_id=account.id, customer_id=customer.id)
    return Opened(devices.remember(session, account.id, around).token, held_until)


def _claim(session: Session, visit: CurrentVisit) -> Enrolment:
    """End the session and take what was accepted in it: of two tabs one gets it."""
    accepted = session.get(Enrolment, visit.id, with_for_update=True)
    if accepted is None:
        raise AlreadyDone
    session.expunge(accepted)
    ended = (
        delete(Visit)
        .where(Visit.id == visit.id, Visit.stage == visits.MAIL_PROVEN)
        .returning(Visit.id)
    )
    if session.execute(ended).one_or_none() is None:
        raise AlreadyDone
    return accepted


def _change_address(
    session: Session,
    vault: Vault,
    visit: CurrentVisit,
    accepted: Enrolment,
    around: Surroundings,
) -> datetime | None:
    """Take the proven address where the lender holds another, and tell that one.

    Returns until when the account is held.
    """
    hold = None if accepted.case_id else HOLD
    try:
        changed = changing.change(
            session,
            vault,
            visit.customer_id or 0,
            EMAIL,
            visit.email,
            source=REGISTRATION,
            around=around,
            hold=hold,
        )
    except changing.Unchanged:
        return changing.held_until(session, visit.customer_id or 0, around)
    except changing.Held as error:
        raise AlreadyDone from error
    return changed.held_until
