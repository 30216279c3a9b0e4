"""A second try while another may still be paid: held back, and let through only so often."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import PaymentAttempt
from finportal.services import throttle
from finportal.services.payments.errors import InProcess, TooOften
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.services.throttle import Limit

STARTING = timedelta(minutes=2)
"""After so long an attempt that was never sent on is given up: its customer saw no bank."""
ANYWAY = (
    Limit("pay anyway, hour", 5, timedelta(hours=1)),
    Limit("pay anyway, day", 10, timedelta(days=1)),
)
"""How often one may pay on a credit although another attempt is in process; whoever is not signed
in uses up nothing of the customer's."""
_DEBT = frozenset({Purpose.INSTALMENT, Purpose.OVERDUE, Purpose.PAYOFF})
_MAYBE_PAID = (State.CREATED, State.SENT, State.PENDING, State.REVIEW)


def hold_back(session: Session, loan_id: int, purpose: Purpose, now: datetime) -> None:
    """Raise InProcess for the newest attempt whose customer may have paid some of the same."""
    query = (
        select(PaymentAttempt)
        .where(
            PaymentAttempt.loan_id == loan_id,
            PaymentAttempt.purpose.in_(_overlapping(purpose)),
            PaymentAttempt.state.in_(_MAYBE_PAID),
        )
        .order_by(PaymentAttempt.id.desc())
    )
    for one in session.scalars(query):
        if maybe_paid(State(one.state), one.created_at, now):
            raise InProcess(one.reference, one.created_at, one.authorisation)


def maybe_paid(state: State, begun: datetime, now: datetime) -> bool:
    """Whether a bank may have taken the money of an attempt in this state, or still take it."""
    given_up = state is State.CREATED and begun + STARTING <= now
    return state in _MAYBE_PAID and not given_up


def _overlapping(purpose: Purpose) -> frozenset[Purpose]:
    """The kinds that pay some of the same money: paying off pays everything."""
    if purpose is Purpose.PAYOFF:
        return frozenset(Purpose)
    return _DEBT if purpose in _DEBT else frozenset({purpose, Purpose.PAYOFF})


def let_through(
    session: Session, vault: Vault, loan_id: int, now: datetime, *, signed_in: bool
) -> None:
    """Count one more payment that is begun beside others. Raises TooOften."""
    subject = f"{loan_id} {'customer' if signed_in else 'anybody'}"
    wait = throttle.take(session, now, [throttle.counter(vault, one, subject) for one in ANYWAY])
    if wait:
        raise TooOften(wait)
