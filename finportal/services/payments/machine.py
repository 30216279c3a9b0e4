"""The states of an attempt: which may follow which, and the one way to move between them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from finportal.models import AttemptMove, PaymentAttempt
from finportal.services.payments.errors import UnknownAttempt


class State(StrEnum):
    """How an attempt stands with us.

    UNKNOWN: the gateway may have taken the order, but did not say so. FAILED: it did not. REVIEW:
    the bank took money that does not fit, and a person decides. SENT: the customer is at the
    gateway and no bank has been asked yet.
    """

    CREATED = "created"
    SENT = "sent"
    PENDING = "pending"
    UNKNOWN = "unknown"
    FAILED = "failed"
    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REVERSED = "reversed"


_ENDS = frozenset({State.APPROVED, State.REJECTED, State.EXPIRED, State.REVIEW, State.REVERSED})
_BANK_WINS = frozenset({State.PENDING, State.APPROVED, State.REVIEW, State.REVERSED})

EDGES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.CREATED: _ENDS | {State.SENT, State.PENDING, State.UNKNOWN, State.FAILED},
        State.SENT: _ENDS | {State.PENDING},
        State.PENDING: _ENDS,
        State.UNKNOWN: _ENDS | {State.SENT, State.PENDING},
        State.FAILED: _BANK_WINS,
        State.REJECTED: _BANK_WINS,
        State.EXPIRED: _BANK_WINS | {State.REJECTED},
        State.REVIEW: frozenset({State.APPROVED, State.REJECTED, State.REVERSED}),
        State.APPROVED: frozenset({State.REVERSED, State.REVIEW}),
        State.REVERSED: frozenset({State.APPROVED, State.REVIEW}),
    }
)
"""The states that may follow each. A bank that approves late wins; nothing un-approves but a
reversal."""

OPEN = (State.CREATED, State.SENT, State.PENDING, State.UNKNOWN, State.REVIEW)
LOST = (State.FAILED, State.REJECTED, State.EXPIRED)

FIRST_POLLS = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=7))
OFTEN, HOURLY, DAILY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
GRACE = timedelta(minutes=60)
"""How long after the order's end a bank is still asked often."""
HOURLY_UNTIL, DAILY_UNTIL = timedelta(hours=24), timedelta(days=7)


class NotAllowed(ValueError):
    """No edge of the table leads from the one state to the other."""


def locked(session: Session, attempt_id: int) -> PaymentAttempt:
    """The attempt as it stands now, nobody else's to move until the transaction ends.

    Raises UnknownAttempt.
    """
    query = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id).with_for_update()
    found = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise UnknownAttempt(attempt_id)
    return found


def may(attempt: PaymentAttempt, entered: State) -> bool:
    """Whether the attempt is in that state or may enter it."""
    return attempt.state == entered or entered in EDGES[State(attempt.state)]


def move(
    session: Session,
    attempt: PaymentAttempt,
    entered: State,
    now: datetime,
    *,
    cause: str,
    reason: str = "",
) -> bool:
    """Move a locked attempt and write down why; False if it is there already.

    Raises NotAllowed.
    """
    if attempt.state == entered:
        return False
    if not may(attempt, entered):
        raise NotAllowed(f"{attempt.state} to {entered}")
    values = {"attempt_id": attempt.id, "left": attempt.state, "entered": entered.value}
    session.execute(insert(AttemptMove), values | {"cause": cause, "reason": reason, "at": now})
    attempt.state, attempt.reason, attempt.moved_at = entered, reason, now
    return True


def begin(session: Session, attempt: PaymentAttempt) -> None:
    """Write down the first state of a new attempt."""
    values = {"attempt_id": attempt.id, "entered": attempt.state, "cause": "start", "reason": ""}
    session.execute(insert(AttemptMove), values | {"at": attempt.created_at})


def next_poll(attempt: PaymentAttempt, now: datetime, *, final: bool) -> datetime | None:
    """When to ask the gateway next; None when only a person can still do something.

    After 1, 3 and 7 minutes, then every 5 minutes to an hour after the order's end, hourly for a
    day and daily for a week. What is `final` is asked about daily: a bank may still change it.
    """
    age = now - attempt.created_at
    if age >= DAILY_UNTIL:
        return None
    if final:
        return now + (HOURLY if age < HOURLY_UNTIL and attempt.state in LOST else DAILY)
    early = [attempt.created_at + wait for wait in FIRST_POLLS]
    following = next((moment for moment in early if moment > now), None)
    if following:
        return following
    if now < attempt.expires_at + GRACE:
        return now + OFTEN
    return now + (HOURLY if age < HOURLY_UNTIL else DAILY)
