"""Taking a payment back by hand: a refund, a chargeback, a cheque that bounced."""

from enum import StrEnum

from sqlalchemy import select

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
        attempt: PaymentAttempt | None = None
        if found.attempt_id:
            attempt = machine.locked(session, found.attempt_id)
        posting.take_back(session, found, why.value, around)
        detail = f"{found.source}:{found.source_key}: {why} by {by}"
        audit.record(session, "payment_taken_back", around, detail=detail)
        if attempt:
            attempt.paid -= found.amount
            letters.taken_back(session, desk.vault, attempt, found, around)
            if not attempt.paid and attempt.state == State.APPROVED:
                reason = why.value
                machine.move(
                    session, attempt, State.REVERSED, around.now, cause="staff", reason=reason
                )
