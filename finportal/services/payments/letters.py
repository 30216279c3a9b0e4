"""Which letter follows what became of an attempt."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import AttemptMove, PaymentAttempt, Posting
from finportal.services.payment_references import grouped, reference_of
from finportal.services.payments.machine import State
from finportal.services.payments.posting import Posted
from finportal.services.payments.telling import Told, applied, tell
from finportal.services.visits import Surroundings

AFTER = {State.PENDING: "payment_in_process", State.REJECTED: "payment_declined"}


def after_move(
    session: Session, vault: Vault, attempt: PaymentAttempt, around: Surroundings
) -> None:
    """Tell that an attempt is in process or was declined, once each.

    What a stranger begins on somebody's credit is told when it comes in, and not before.
    """
    kind = AFTER.get(State(attempt.state))
    if kind is None or attempt.customer_id is None or _entered(session, attempt) > 1:
        return
    values = {"reference": attempt.reference, "amount": str(attempt.amount)}
    values |= {"reason": attempt.reason} if kind == AFTER[State.REJECTED] else {}
    tell(session, vault, Told(kind, attempt.loan_id, values), around)


def approved(
    session: Session,
    vault: Vault,
    attempt: PaymentAttempt,
    posted: Posted,
    around: Surroundings,
) -> None:
    """Tell what came in and where it went; `late` is "1" where the quote was of another day."""
    money = posted.money
    values = {
        "reference": attempt.reference,
        "channel": money.channel,
        "late": "1" if money.value_date > attempt.quoted_on else "",
    }
    told = Told("payment_approved", attempt.loan_id, applied(posted) | values)
    tell(session, vault, told, around)


def taken_back(
    session: Session,
    vault: Vault,
    attempt: PaymentAttempt | None,
    posting: Posting,
    around: Surroundings,
) -> None:
    """Tell the customer of the credit it was posted to that a payment does not count any more."""
    values = {"amount": str(posting.amount)}
    if attempt and attempt.loan_id == posting.loan_id:
        values |= {"reference": attempt.reference}
    else:
        values |= {"reference": grouped(reference_of(posting.loan_id)), "at_bank": "1"}
    tell(session, vault, Told("payment_reversed", posting.loan_id, values), around)


def _entered(session: Session, attempt: PaymentAttempt) -> int:
    """How often the attempt entered the state it is in."""
    query = select(func.count(AttemptMove.id)).where(
        AttemptMove.attempt_id == attempt.id, AttemptMove.entered == attempt.state
    )
    return session.scalar(query) or 0
