"""Taking a payment back by hand: a refund, a chargeback, a cheque that bounced."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import PaymentAttempt, Posting
from finportal.services import audit
from finportal.services.payments import letters, machine, posting
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import UnknownPosting
from finportal.services.payments.machine import State
from finportal.services.visits import Surroundings


class Why(StrEnum):
    """Why a payment is taken back."""

    REFUND = "refund"
    VOID = "void"
    CHARGEBACK = "chargeback"
    BOUNCED = "bounced"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Taking:
    """Why, by whom, and what caused it: a word of `attempt_moves`."""

    why: Why
    by: str
    cause: str


def reverse(desk: Desk, posting_id: int, why: Why, by: str, around: Surroundings) -> None:
    """Take a posting back: compensating event, journal entry, letter, state of its attempt.

    Nothing is deleted, and no gateway is asked for money. Raises UnknownPosting, AlreadyReversed,
    and what `lending.state_with` raises.
    """
    with desk.db.write() as session:
        found = session.scalars(
            select(Posting).where(Posting.id == posting_id, Posting.kind == "payment")
        ).one_or_none()
        if found is None:
            raise UnknownPosting(posting_id)
        undo(session, desk.vault, found, Taking(why, by, "staff"), around)


def undo(
    session: Session, vault: Vault, found: Posting, taking: Taking, around: Surroundings
) -> None:
    """Take a posting back within a transaction. Raises as `reverse` does."""
    attempt: PaymentAttempt | None = None
    if found.attempt_id:
        attempt = machine.locked(session, found.attempt_id)
    reason = taking.why.value
    posting.take_back(session, found, reason, around)
    detail = f"{found.source}:{found.source_key}: {reason} by {taking.by}"
    audit.record(session, "payment_taken_back", around, detail=detail)
    letters.taken_back(session, vault, attempt, found, around)
    if attempt is None:
        return
    attempt.paid -= found.amount
    if not attempt.paid and attempt.state == State.APPROVED:
        cause = taking.cause
        machine.move(session, attempt, State.REVERSED, around.now, cause=cause, reason=reason)
