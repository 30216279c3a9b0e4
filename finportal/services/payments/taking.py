"""One payment of a gateway's answer: posted, held, taken back, or left for a later day."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.gateways import CURRENCY, Answer, Payment, Status
from finportal.adapters.secrets import Vault
from finportal.lending import LendingError
from finportal.models import PaymentAttempt, Posting
from finportal.services import audit, payment_ledger
from finportal.services.days import bogota_day
from finportal.services.payments import holding, letters, posting, voided
from finportal.services.payments.desk import source_of
from finportal.services.payments.errors import AlreadyReversed
from finportal.services.payments.holding import Reason
from finportal.services.payments.offers import effect_of
from finportal.services.payments.posting import REVERSED, Money
from finportal.services.visits import Surroundings

VOIDED = "voided at the gateway"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer and the attempt it is about, locked."""

    session: Session
    vault: Vault
    attempt: PaymentAttempt
    answer: Answer
    cause: str
    around: Surroundings

    @property
    def own(self) -> tuple[Payment, ...]:
        """What of the answer is about this attempt: an address to return to names any payment."""
        ours = self.attempt.reference
        return tuple(one for one in self.answer.payments if one.reference == ours)


def take(on: Judgement, payment: Payment, *, ours: bool) -> bool:
    """Post, hold or take back one payment; True if it can only be posted on a later day."""
    known = posting.find(on.session, source_of(on.attempt.gateway), payment.id)
    if known and payment.status is Status.REVERSED and _its(on, known) and _whole(payment, known):
        _take_back(on, known)
    if payment.status is Status.REVERSED:
        voided.void(on.session, on.attempt.gateway, payment, on.around)
    if payment.status is not Status.APPROVED or known or _anothers(on, payment):
        return False
    if holding.is_held(on.session, source_of(on.attempt.gateway), payment.id):
        return False
    misfit = _misfit(on.attempt, payment, ours=ours)
    if misfit:
        _hold(on, payment, misfit)
        return False
    if payment.value_date and payment.value_date > bogota_day(on.around.now):
        return True
    _post(on, payment)
    return False


def _anothers(on: Judgement, payment: Payment) -> bool:
    """Whether it belongs to another attempt, or may: an address to return to names any payment."""
    if payment.reference == on.attempt.reference:
        return False
    if on.cause == "return":
        return True
    query = select(PaymentAttempt.id).where(
        PaymentAttempt.gateway == on.attempt.gateway,
        PaymentAttempt.reference == payment.reference,
    )
    return on.session.scalar(query) is not None


def _misfit(attempt: PaymentAttempt, payment: Payment, *, ours: bool) -> Reason | None:
    if not ours or payment.reference != attempt.reference:
        return Reason.REFERENCE
    if payment.currency != CURRENCY:
        return Reason.CURRENCY
    if payment.amount != attempt.amount:
        return Reason.AMOUNT
    return None if payment.value_date else Reason.REFUSED


def _post(on: Judgement, payment: Payment) -> None:
    attempt = on.attempt
    if payment.amount is None or payment.value_date is None:
        return
    money = Money(
        source=source_of(attempt.gateway),
        key=payment.id,
        amount=payment.amount,
        value_date=payment.value_date,
        channel=payment.method.value,
        authorisation=payment.authorisation,
        effect=effect_of(attempt.purpose, attempt.effect),
        attempt_id=attempt.id,
    )
    try:
        posted = posting.post(on.session, attempt.loan_id, money, on.around)
    except LendingError as error:
        _hold(on, payment, Reason.REFUSED)
        alert(on, "payment_refused", f"{type(error).__name__}: {error}")
        return
    if posted:
        attempt.paid += payment.amount
        attempt.value_date = payment.value_date
        attempt.authorisation = payment.authorisation
        letters.approved(on.session, on.vault, attempt, posted, on.around)
        _tell_doubles(on, money)


def _tell_doubles(on: Judgement, money: Money) -> None:
    """What a gateway took is posted whatever files said before; a person takes one of them back."""
    found = payment_ledger.receipts_like(
        on.session, on.attempt.loan_id, money.amount, money.value_date
    )
    if found:
        alert(on, "payment_alert", f"a payments file has the same money: {', '.join(found)}")


def _hold(on: Judgement, payment: Payment, reason: Reason) -> None:
    gateway, attempt_id = on.attempt.gateway, on.attempt.id
    holding.hold(on.session, gateway, payment, reason, on.around, attempt_id=attempt_id)


def refunded(on: Judgement) -> list[Payment]:
    """Payments that were given back in a way that proves no amount: a person finds out.

    A hint (`refunded`) says neither how much nor when, and a reversal of another sum than came in
    is one in part. Neither can be booked as the whole payment taken back.
    """
    source = source_of(on.attempt.gateway)
    return [
        payment
        for payment in on.answer.payments
        if (payment.refunded or payment.status is Status.REVERSED)
        and (known := posting.find(on.session, source, payment.id))
        and _its(on, known)
        and not posting.find(on.session, source, payment.id + REVERSED)
    ]


def held_and_refunded(on: Judgement) -> list[str]:
    """The keys of money that waits for a person, and of which the gateway says it is gone."""
    keys = [one.id for one in on.answer.payments if one.refunded or one.status is Status.REVERSED]
    return voided.waiting_of(on.session, source_of(on.attempt.gateway), keys)


def _its(on: Judgement, known: Posting) -> bool:
    """Whether a posting is no other attempt's, which is asked about in its own turn."""
    return known.attempt_id in {None, on.attempt.id}


def _whole(payment: Payment, known: Posting) -> bool:
    """Whether what the gateway took back is what was posted."""
    return (payment.amount, payment.currency) == (known.amount, CURRENCY)


def _take_back(on: Judgement, known: Posting) -> None:
    try:
        posting.take_back(on.session, known, VOIDED, on.around)
    except AlreadyReversed:
        return
    except LendingError as error:
        alert(on, "payment_alert", f"{known.source_key} not taken back: {type(error).__name__}")
        return
    if known.attempt_id == on.attempt.id:
        on.attempt.paid -= known.amount
    its = on.attempt if known.attempt_id == on.attempt.id else None
    letters.taken_back(on.session, on.vault, its, known, on.around)


def alert(on: Judgement, kind: str, detail: str) -> None:
    """Tell an operator, in the trail."""
    audit.record(on.session, kind, on.around, detail=f"{on.attempt.reference}: {detail}")
