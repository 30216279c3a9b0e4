"""Held money: what a bank took and nobody may post blindly. It stays in sight until settled."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.gateways import CURRENCY, Payment
from finportal.adapters.secrets import Vault
from finportal.lending import Centavos, LendingError
from finportal.lending.events import Effect
from finportal.models import HeldPayment, HeldResolution, Loan, PaymentAttempt
from finportal.services import audit, projections
from finportal.services.payments import bank_letters, journal, letters, machine, voided
from finportal.services.payments.desk import Desk, source_of
from finportal.services.payments.errors import AlreadySettled, NotSettleable, UnknownHeld
from finportal.services.payments.machine import State
from finportal.services.payments.offers import effect_of
from finportal.services.payments.posting import Money, Posted, post
from finportal.services.recording import UnknownLoan
from finportal.services.visits import Surroundings

_WAITING = (
    select(HeldPayment)
    .outerjoin(HeldResolution, HeldResolution.held_id == HeldPayment.id)
    .where(HeldResolution.id.is_(None))
    .order_by(HeldPayment.id)
)


class Reason(StrEnum):
    """What does not fit.

    Another amount, currency or reference than was asked for; money of no attempt of ours; or money
    that the credit's arithmetic refuses.
    """

    AMOUNT = "amount"
    CURRENCY = "currency"
    REFERENCE = "reference"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How a person settles held money.

    RETURNED: the payer got it back. DISMISSED: no money came in.
    """

    POSTED = "posted"
    RETURNED = "returned"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided, who, and why; `loan_number` where the money is posted to."""

    outcome: Outcome
    by: str
    note: str
    loan_number: str | None = None


def hold(
    session: Session,
    gateway: str,
    payment: Payment,
    reason: Reason,
    around: Surroundings,
    *,
    attempt_id: int | None = None,
) -> bool:
    """Keep a payment for a person to judge; False if it is kept already."""
    source = source_of(gateway)
    if is_held(session, source, payment.id):
        return False
    held = HeldPayment(
        source=source,
        source_key=payment.id,
        attempt_id=attempt_id,
        reason=reason.value,
        amount=payment.amount or 0,
        currency=payment.currency,
        reference=payment.reference,
        channel=payment.method.value,
        authorisation=payment.authorisation,
        value_date=payment.value_date,
        held_at=around.now,
    )
    session.add(held)
    session.flush()
    if _in_pesos(held):
        journal.hold(session, held, journal.HELD, around.now)
    audit.record(session, "payment_held", around, detail=f"{source}:{payment.id}: {reason}")
    return True


def waiting(session: Session) -> list[HeldPayment]:
    """The money that nobody has settled yet, the oldest first."""
    return list(session.scalars(_WAITING))


def is_waiting(session: Session, attempt_id: int) -> bool:
    """Whether some money of an attempt waits for a person."""
    query = _WAITING.where(HeldPayment.attempt_id == attempt_id).limit(1)
    return session.scalars(query).first() is not None


def is_held(session: Session, source: str, key: str) -> bool:
    """Whether money of this key is or was held: from then on a person decides."""
    same = (HeldPayment.source == source, HeldPayment.source_key == key)
    return session.scalar(select(HeldPayment.id).where(*same)) is not None


def settle(desk: Desk, held_id: int, decision: Decision, around: Surroundings) -> Posted | None:
    """Settle held money as a person decided; what was posted, if anything.

    Only the amount that came is posted, by its own value date, and told of like any other. Raises
    UnknownHeld, AlreadySettled, UnknownLoan, NotSettleable for money that cannot enter a credit
    or was given back.
    """
    with desk.db.write() as session:
        held = _locked(session, held_id)
        if session.scalar(select(HeldResolution.id).where(HeldResolution.held_id == held.id)):
            raise AlreadySettled(held_id)
        if _in_pesos(held):
            journal.hold(session, held, "released", around.now)
        posted = None
        if decision.outcome is Outcome.POSTED:
            loan_id, posted = _post(session, held, decision.loan_number or "", around)
            _tell(session, desk.vault, held, posted, around, loan_id=loan_id)
        session.add(
            HeldResolution(
                held_id=held.id,
                outcome=decision.outcome.value,
                posting_id=posted.posting_id if posted else None,
                by=decision.by,
                note=decision.note,
                settled_at=around.now,
            )
        )
        session.flush()
        _move(session, held, posted, decision, around)
        detail = f"{held.source}:{held.source_key}: {decision.outcome} by {decision.by}"
        audit.record(session, "held_payment_settled", around, detail=detail)
        return posted


def _locked(session: Session, held_id: int) -> HeldPayment:
    """On PostgreSQL the row of its attempt, or its own, keeps two persons apart."""
    held = session.get(HeldPayment, held_id, with_for_update=True)
    if held is None:
        raise UnknownHeld(held_id)
    if held.attempt_id:
        machine.locked(session, held.attempt_id)
    return held


def _post(
    session: Session, held: HeldPayment, loan_number: str, around: Surroundings
) -> tuple[int, Posted]:
    loan_id = session.scalar(select(Loan.id).where(Loan.loan_number == loan_number))
    if loan_id is None:
        raise UnknownLoan(loan_number)
    if not _in_pesos(held) or held.value_date is None:
        raise NotSettleable(f"{held.amount} {held.currency} of {held.value_date}")
    if voided.is_voided(session, held):
        raise NotSettleable(f"{held.source}:{held.source_key} was voided at the gateway")
    projections.lock(session, [loan_id])
    money = Money(
        source=held.source,
        key=held.source_key,
        amount=Centavos(held.amount),
        value_date=held.value_date,
        channel=held.channel,
        authorisation=held.authorisation,
        attempt_id=held.attempt_id,
        effect=_effect(session, held, loan_id),
    )
    try:
        posted = post(session, loan_id, money, around)
    except LendingError as error:
        raise NotSettleable(f"{type(error).__name__}: {error}") from error
    if posted is None:
        raise NotSettleable(f"{held.source_key} is posted already")
    return loan_id, posted


def _tell(
    session: Session,
    vault: Vault,
    held: HeldPayment,
    posted: Posted,
    around: Surroundings,
    *,
    loan_id: int,
) -> None:
    """The attempt's own letter where it was for this credit, else the one of money from a bank."""
    attempt = session.get(PaymentAttempt, held.attempt_id) if held.attempt_id else None
    if attempt and attempt.loan_id == loan_id:
        letters.approved(session, vault, attempt, posted, around)
    else:
        bank_letters.posted(session, vault, loan_id, posted, around)


def _effect(session: Session, held: HeldPayment, loan_id: int) -> Effect | None:
    """What its customer wanted with it, if it goes where it was meant to go."""
    attempt = session.get(PaymentAttempt, held.attempt_id) if held.attempt_id else None
    if attempt is None or attempt.loan_id != loan_id:
        return None
    return effect_of(attempt.purpose, attempt.effect)


def _move(
    session: Session,
    held: HeldPayment,
    posted: Posted | None,
    decision: Decision,
    around: Surroundings,
) -> None:
    if held.attempt_id is None:
        return
    attempt = session.get_one(PaymentAttempt, held.attempt_id)
    if posted:
        attempt.paid += held.amount
        attempt.value_date = held.value_date
    entered = State.APPROVED if posted or attempt.paid else State.REJECTED
    if attempt.state == State.REVIEW and not is_waiting(session, attempt.id):
        reason = decision.outcome.value
        machine.move(session, attempt, entered, around.now, cause="staff", reason=reason)


def _in_pesos(held: HeldPayment) -> bool:
    return held.currency == CURRENCY and held.amount > 0
