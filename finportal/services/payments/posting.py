"""Posting: money into a credit, once for ever, and out of it again by a compensating event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from finportal.lending import Centavos, State
from finportal.lending.ahead import Kept, kept_by
from finportal.lending.events import Effect, Event, Payment, Prepayment, Reversal
from finportal.lending.state import Movement, MovementKind
from finportal.models import LoanEvent, Posting
from finportal.services import audit, projections, recording
from finportal.services.days import bogota_day
from finportal.services.ledger import Credit, Record, event_id
from finportal.services.payments import journal
from finportal.services.payments.errors import AlreadyReversed
from finportal.services.payments.journal import Known
from finportal.services.recording import Fact
from finportal.services.visits import Surroundings

REVERSED = ":reversed"
"""What a reversal's key adds to the key of the posting that it takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Money that a bank took: centavos, the payer's value date, and the key that it has for ever.

    `effect` None is a plain payment. `channel` is a word of the payments file.
    """

    source: str
    key: str
    amount: Centavos
    value_date: date
    channel: str
    authorisation: str = ""
    effect: Effect | None = None
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted, what the engine did with it, and what of it waits in the credit's favour."""

    posting_id: int
    money: Money
    movement: Movement | None
    kept: Kept | None


def post(session: Session, loan_id: int, money: Money, around: Surroundings) -> Posted | None:
    """Post money to a credit: event, posting and journal entry; None if its key was posted before.

    The credit is locked. Raises what `lending.state_with` raises; nothing is written then.
    """
    credit = projections.locked(session, [loan_id])[0]
    if _posted(session, money.source, money.key) is not None:
        return None
    name, on = event_id(money.source, money.key), money.value_date
    event: Event = Payment(id=name, value_date=on, amount=money.amount)
    if money.effect:
        event = Prepayment(id=name, value_date=on, amount=money.amount, effect=money.effect)
    fact = Fact(
        loan_number=credit.loan_number,
        event=event,
        source=money.source,
        external_id=money.key,
        channel=money.channel,
    )
    values = {"kind": "payment", "attempt_id": money.attempt_id, "value_date": on, "reason": ""}
    values |= {"amount": money.amount, "authorisation": money.authorisation}
    posting_id, state = _enter(session, credit, fact, values, around)
    return Posted(posting_id, money, _movement(state, name), kept_by(state, name))


def take_back(session: Session, posting: Posting, reason: str, around: Surroundings) -> None:
    """Take a posting back from today on: a reversal in the credit, and its entry in the journal.

    For a refund, a void, a chargeback, a cheque that bounced: the instalments it paid are open
    again with their own due dates. Raises AlreadyReversed, and what `lending.state_with` raises.
    """
    credit = projections.locked(session, [posting.loan_id])[0]
    if taken_back(session, posting):
        raise AlreadyReversed(posting.source_key)
    key = posting.source_key + REVERSED
    event = Reversal(
        id=event_id(posting.source, key),
        value_date=max(bogota_day(around.now), posting.value_date),
        reverses=event_id(posting.source, posting.source_key),
    )
    fact = Fact(
        loan_number=credit.loan_number,
        event=event,
        source=posting.source,
        external_id=key,
        channel=posting.channel,
    )
    values = {
        "kind": "reversal",
        "attempt_id": posting.attempt_id,
        "value_date": event.value_date,
        "reverses_id": posting.id,
        "amount": posting.amount,
        "authorisation": posting.authorisation,
        "reason": reason,
    }
    _enter(session, credit, fact, values, around)


def taken_back(session: Session, posting: Posting) -> bool:
    """Whether a posting was taken back."""
    query = select(Posting.id).where(Posting.reverses_id == posting.id)
    return session.scalar(query) is not None


def find(session: Session, source: str, key: str) -> Posting | None:
    """The posting of this key."""
    query = select(Posting).where(Posting.source == source, Posting.source_key == key)
    return session.scalars(query).one_or_none()


def _posted(session: Session, source: str, key: str) -> int | None:
    query = select(Posting.id).where(Posting.source == source, Posting.source_key == key)
    return session.scalar(query)


def _enter(
    session: Session,
    credit: Credit,
    fact: Fact,
    values: Mapping[str, object],
    around: Surroundings,
) -> tuple[int, State]:
    today = bogota_day(around.now)
    before = Known(credit, credit.state(today))
    state = recording.add(session, credit, fact, around)
    stored = select(LoanEvent.id).where(
        LoanEvent.source == fact.source, LoanEvent.external_id == fact.external_id
    )
    event_row = session.execute(stored).scalar_one()
    given = {
        "source": fact.source,
        "source_key": fact.external_id,
        "loan_id": credit.loan_id,
        "event_id": event_row,
        "channel": fact.channel,
        "posted_at": around.now,
    }
    added = insert(Posting).values({**values, **given}).returning(Posting.id)
    posting_id = session.execute(added).scalar_one()
    record = Record(event_row, fact.event, fact.source, fact.external_id, fact.channel, around.now)
    after = Known(replace(credit, records=(*credit.records, record)), state)
    kind = str(values["kind"])
    journal.book(session, before, after, around.now, kind=kind, posting_id=posting_id)
    _audit(session, credit, fact, values, around)
    return posting_id, state


def _movement(state: State, name: str) -> Movement | None:
    found = (one for one in state.movements if one.event_id == name)
    return next((one for one in found if one.kind is not MovementKind.CREDIT), None)


def _audit(
    session: Session,
    credit: Credit,
    fact: Fact,
    values: Mapping[str, object],
    around: Surroundings,
) -> None:
    audit.record(
        session,
        f"{values['kind']}_posted",
        around,
        customer_id=credit.customer_id,
        detail=f"{credit.loan_number}: {fact.event.id}, {values['amount']} centavos",
    )
