"""Requests to register with another e-mail, which staff approve or reject."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault, new_token, token_hash
from finportal.models import Account, Case, Customer, Enrolment
from finportal.models.cases import APPROVED, OPEN, REJECTED
from finportal.services import audit, identity, letters, outbox, visits
from finportal.services.contacts.new_emails import NewEmail
from finportal.services.enrolment import Accepted, open_visit
from finportal.services.enrolment_codes import registrant
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.letters import Addressee
from finportal.services.visits import CurrentVisit, Surroundings


class UnknownCase(Refused):
    """There is no such case."""


@dataclass(frozen=True, slots=True)
class Waiting(NewEmail):
    """A case, and who decided it."""

    decided_at: datetime | None
    decided_by: str | None


def open_case(
    db: Database, vault: Vault, visit: CurrentVisit, new_email: str, around: Surroundings
) -> None:
    """Ask staff to take this address; the session ends.

    Who has an account already opens none: its owner is told by mail that it exists, and the page
    says the same. Raises AlreadyDone when the session has ended.
    """
    with db.write() as session:
        who = registrant(session, visit)
        accepted = session.get(Enrolment, visit.id, with_for_update=True)
        if accepted is None:
            raise AlreadyDone
        if who.account:
            letter = who.letter_to(new_email, around.locale)("")
            outbox.post(session, vault, letter, around.now, account_id=who.account.id)
            audit.record(session, "registered_again", around, account_id=who.account.id)
        else:
            session.add(_case(accepted, who.customer.id, new_email, around))
            audit.record(session, "case_opened", around, customer_id=who.customer.id)
        visits.end(session, visit.id)


def waiting(session: Session, *, everything: bool = False) -> list[Waiting]:
    """The open cases, oldest first; with `everything` also those that were decided."""
    query = _CASES if everything else _CASES.where(Case.state == OPEN)
    return [_told(case, customer) for case, customer in session.execute(query)]


def one(session: Session, case_id: int) -> Waiting:
    """One case. Raises UnknownCase."""
    found = session.execute(_CASES.where(Case.id == case_id)).one_or_none()
    if found is None:
        raise UnknownCase(f"there is no case {case_id}")
    return _told(*found)


def approve(db: Database, vault: Vault, case_id: int, by: str, around: Surroundings) -> None:
    """Mail the new address a link that goes on with the registration.

    Raises UnknownCase, and AlreadyDone when the case was decided or there is an account by now.
    """
    token = new_token()
    with db.write() as session:
        case, customer = _decide(session, case_id, APPROVED, by, around)
        if session.scalars(select(Account.id).where(Account.customer_id == customer.id)).first():
            raise AlreadyDone
        case.token_hash = token_hash(token)
        case.expires_at = around.now + letters.CASE_LASTS
        who = Addressee(customer.name, customer.kind, case.new_email, case.locale)
        outbox.post(session, vault, letters.email_change_approved(who, token), around.now)


def reject(db: Database, vault: Vault, case_id: int, by: str, around: Surroundings) -> None:
    """Leave everything as it was; only the address on file is told. Raises what `approve` does."""
    with db.write() as session:
        case, customer = _decide(session, case_id, REJECTED, by, around)
        who = Addressee(customer.name, customer.kind, customer.email, case.locale)
        outbox.post(session, vault, letters.email_change_rejected(who), around.now)


def is_good(session: Session, token: str, around: Surroundings) -> bool:
    """Whether a link opens something still; looking never uses it up."""
    return session.scalars(select(Case.id).where(*_good(token, around))).one_or_none() is not None


def follow(
    db: Database,
    token: str,
    around: Surroundings,
    *,
    replacing: CurrentVisit | None = None,
) -> str:
    """Use a link up: its mailbox is proven, and the registration goes on at the password.

    Returns the new session's token; `replacing` is the visitor's attempt so far, which ends.
    Raises AlreadyDone for a link that was used, has expired or never was.
    """
    used = update(Case).where(*_good(token, around)).values(used_at=around.now).returning(Case)
    with db.write() as session:
        case = session.scalars(used).one_or_none()
        if case is None:
            raise AlreadyDone
        if replacing:
            visits.end(session, replacing.id)
        customer = session.get_one(Customer, case.customer_id)
        accepted = Accepted(case.text_id, case.accepted_at, case.network, case.id)
        audit.record(session, "registration_mail_proven", around, customer_id=customer.id)
        return open_visit(
            session,
            customer,
            accepted,
            around,
            stage=visits.MAIL_PROVEN,
            email=case.new_email,
        )


_CASES = select(Case, Customer).join(Customer, Customer.id == Case.customer_id).order_by(Case.id)


def _good(token: str, around: Surroundings) -> tuple[ColumnElement[bool], ...]:
    return (
        Case.token_hash == token_hash(token),
        Case.state == APPROVED,
        Case.used_at.is_(None),
        Case.expires_at > around.now,
    )


def _decide(
    session: Session, case_id: int, state: str, by: str, around: Surroundings
) -> tuple[Case, Customer]:
    one(session, case_id)
    decided = (
        update(Case)
        .where(Case.id == case_id, Case.state == OPEN)
        .values(state=state, decided_at=around.now, decided_by=by)
        .returning(Case)
    )
    case = session.scalars(decided).one_or_none()
    if case is None:
        raise AlreadyDone
    detail = f"{case_id} {by}"
    audit.record(session, f"case_{state}", around, customer_id=case.customer_id, detail=detail)
    return case, session.get_one(Customer, case.customer_id)


def _case(accepted: Enrolment, customer_id: int, new_email: str, around: Surroundings) -> Case:
    return Case(
        customer_id=customer_id,
        new_email=new_email,
        locale=around.locale,
        text_id=accepted.text_id,
        accepted_at=accepted.accepted_at,
        network=accepted.network,
        state=OPEN,
        opened_at=around.now,
    )


def _told(case: Case, customer: Customer) -> Waiting:
    return Waiting(
        id=case.id,
        state=case.state,
        opened_at=case.opened_at,
        name=customer.name,
        id_type=customer.id_type,
        id_number_masked=identity.masked(customer.id_number),
        email_on_file=identity.masked_email(customer.email),
        new_email=case.new_email,
        decided_at=case.decided_at,
        decided_by=case.decided_by,
    )
