"""Recording one event: checked against the credit's whole history, stored once, never changed."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.lending import State, state_with
from finportal.lending.codec import dump
from finportal.lending.events import Event, Payment, Prepayment, Reversal
from finportal.models import LoanEvent
from finportal.services import audit, ledger, projections
from finportal.services.days import bogota_day
from finportal.services.documents import voiding
from finportal.services.ledger import Credit, event_id
from finportal.services.visits import Surroundings

_KINDS = {
    "InsuranceChange": "insurance_change",
    "WriteOff": "write_off",
}
_PLAIN = (Payment, Prepayment, Reversal)


class UnknownLoan(LookupError):
    """There is no credit of this number."""


class MisnamedEvent(ValueError):
    """The event's id is not the one that its source and external id give."""


class AlreadyRecorded(ValueError):
    """Another event has this source and external id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event and where it comes from; its id must be `event_id(source, external_id)`."""

    loan_number: str
    event: Event
    source: str
    external_id: str
    channel: str | None = None


def record(db: Database, fact: Fact, around: Surroundings) -> State:
    """Add an event to a credit, in one transaction with its row in the trail; the state after it.

    The same fact again changes nothing. Raises UnknownLoan, MisnamedEvent, AlreadyRecorded, and
    what `lending.state_with` raises: nothing is stored then.
    """
    with db.write() as session:
        return add(session, _locked(session, fact.loan_number), fact, around)


def add(session: Session, credit: Credit, fact: Fact, around: Surroundings) -> State:
    """The same as part of a transaction, for a credit that is locked already."""
    if fact.event.id != event_id(fact.source, fact.external_id):
        raise MisnamedEvent(fact.event.id)
    today = bogota_day(around.now)
    if fact.event in credit.events:
        return credit.state(today)
    _check_new(session, fact)
    state = state_with(credit.terms, credit.events, credit.rates, fact.event, today)
    row = _row(credit, fact)
    session.execute(insert(LoanEvent), row | {"recorded_at": around.now})
    if isinstance(row["reverses_id"], int):
        voiding.after_reversals(session, [row["reverses_id"]], [credit.loan_id], around)
    projections.forget(session, [credit.loan_id])
    audit.record(
        session,
        "event_recorded",
        around,
        customer_id=credit.customer_id,
        detail=f"{credit.loan_number}: {fact.event.id}",
    )
    return state


def _locked(session: Session, loan_number: str) -> Credit:
    credit = ledger.of_number(session, loan_number)
    if credit is None:
        raise UnknownLoan(loan_number)
    return projections.locked(session, [credit.loan_id])[0]


def _check_new(session: Session, fact: Fact) -> None:
    same = (LoanEvent.source == fact.source, LoanEvent.external_id == fact.external_id)
    if session.scalar(select(LoanEvent.id).where(*same)) is not None:
        raise AlreadyRecorded(fact.event.id)


def _row(credit: Credit, fact: Fact) -> dict[str, object]:
    event = fact.event
    name = type(event).__name__
    reverses = event.reverses if isinstance(event, Reversal) else None
    return {
        "loan_id": credit.loan_id,
        "kind": _KINDS.get(name, name.lower()),
        "value_date": event.value_date,
        "amount": getattr(event, "amount", None),
        "channel": fact.channel,
        "effect": event.effect if isinstance(event, Prepayment) else None,
        "reverses_id": reverses and credit.stored_id(reverses),
        "source": fact.source,
        "external_id": fact.external_id,
        "body": None if isinstance(event, _PLAIN) else dump(event),
    }
