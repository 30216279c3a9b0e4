"""`payments … --json`: attempts, moves, postings and held money as objects; sums in centavos."""

from datetime import datetime

from finportal.models import AttemptMove, HeldPayment, PaymentAttempt, Posting
from finportal.services.days import BOGOTA


def attempt_object(attempt: PaymentAttempt, loan_number: str) -> dict[str, object]:
    """An attempt to pay a credit."""
    return {
        "reference": attempt.reference,
        "loan_number": loan_number,
        "gateway": attempt.gateway,
        "state": attempt.state,
        "reason": attempt.reason,
        "purpose": attempt.purpose,
        "effect": attempt.effect,
        "centavos": attempt.amount,
        "paid_centavos": attempt.paid,
        "value_date": attempt.value_date and attempt.value_date.isoformat(),
        "signed_in": attempt.customer_id is not None,
        "created_at": _moment(attempt.created_at),
        "expires_at": _moment(attempt.expires_at),
        "problem": attempt.problem,
    }


def move_object(move: AttemptMove) -> dict[str, object]:
    """A change of an attempt's state."""
    told: dict[str, object] = {
        "left": move.left,
        "entered": move.entered,
        "cause": move.cause,
        "reason": move.reason,
    }
    return told | {"at": _moment(move.at)}


def posting_object(posting: Posting) -> dict[str, object]:
    """Money that entered a credit, or left it again."""
    return {
        "id": posting.id,
        "kind": posting.kind,
        "source": posting.source,
        "key": posting.source_key,
        "centavos": posting.amount,
        "value_date": posting.value_date.isoformat(),
    }


def held_object(held: HeldPayment, *, voided: bool) -> dict[str, object]:
    """Money that a person judges; `voided`: the gateway gave it back meanwhile."""
    return {
        "id": held.id,
        "reason": held.reason,
        "source": held.source,
        "key": held.source_key,
        "centavos": held.amount,
        "currency": held.currency,
        "reference": held.reference,
        "held_at": _moment(held.held_at),
        "voided": voided,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(BOGOTA).isoformat(timespec="seconds")
