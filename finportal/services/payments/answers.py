"""What a gateway's answer means for an attempt: the one way in which anything is learnt.

The customer's return, a notification and the poll job all end here, in any order and at once: the
gateway is asked outside of any transaction, and its answer judged with the attempt locked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from finportal.adapters.gateways import CURRENCY, Answer, Asked, Payment, Status
from finportal.adapters.gateways.errors import GatewayDown, GatewayError, NotOffered, printable
from finportal.adapters.secrets import Vault
from finportal.lending import LendingError
from finportal.models import PaymentAttempt
from finportal.services import audit
from finportal.services.days import bogota_day
from finportal.services.payments import holding, letters, machine, posting
from finportal.services.payments.desk import Desk, source_of
from finportal.services.payments.errors import AlreadyReversed, UnknownAttempt
from finportal.services.payments.holding import Reason
from finportal.services.payments.machine import LOST, State
from finportal.services.payments.offers import effect_of
from finportal.services.payments.posting import REVERSED, Money
from finportal.services.visits import Surroundings

VOIDED = "voided at the gateway"
LONGEST_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class Learnt:
    """How an attempt stands after the gateway was asked; `down`: it gave no usable answer."""

    state: State
    down: bool = False


@dataclass(frozen=True, slots=True)
class _Judge:
    """One answer and the attempt it is about, locked."""

    session: Session
    vault: Vault
    attempt: PaymentAttempt
    answer: Answer
    cause: str
    around: Surroundings


def learn(
    desk: Desk, attempt_id: int, cause: str, around: Surroundings, hint: str | None = None
) -> Learnt:
    """Ask the gateway about an attempt and act upon the answer.

    `hint`: the id that a notification or a return brought, for an attempt that has none of its
    own; the answer must prove it. No failure of the gateway changes an attempt's state. Raises
    UnknownAttempt, UnknownGateway.
    """
    with desk.db.read() as session:
        attempt = session.get(PaymentAttempt, attempt_id)
        if attempt is None:
            raise UnknownAttempt(attempt_id)
        asked = Asked(attempt.reference, attempt.external_id or hint)
        gateway = desk.gateway(attempt.gateway)
    try:
        answer = gateway.ask(asked)
    except GatewayError as error:
        return _nothing_learnt(desk, attempt_id, error, cause, around)
    with desk.db.write() as session:
        attempt = machine.locked(session, attempt_id)
        judge = _Judge(session, desk.vault, attempt, answer, cause, around)
        _judge(judge, asked)
        return Learnt(State(attempt.state))


def _judge(on: _Judge, asked: Asked) -> None:
    attempt, answer, now = on.attempt, on.answer, on.around.now
    ours = answer.reference in {"", attempt.reference}
    if ours and answer.reference and attempt.external_id is None:
        attempt.external_id = answer.external_id or asked.external_id
    before = attempt.state
    later = [_take(on, payment, ours=ours) for payment in reversed(answer.payments)]
    entered = _entered(on, ours=ours)
    problems = list(answer.alerts)
    problems += [f"payment {one.id} seems to be refunded" for one in _refunded(on)]
    if machine.may(attempt, entered):
        moved = machine.move(
            on.session, attempt, entered, now, cause=on.cause, reason=answer.reason
        )
        if moved and not any(later):
            letters.after_move(on.session, on.vault, attempt, on.around)
    else:
        problems.append(f"the gateway says {entered}, we know {attempt.state}")
    if before in LOST and attempt.state == State.APPROVED:
        _alert(on, "payment_late", f"approved after it was {before}")
    _note(on, "; ".join(problems)[:LONGEST_PROBLEM])
    attempt.polls += 1
    final = answer.final and not any(later)
    attempt.next_poll_at = _next(on.session, attempt, on.around, final=final)


def _take(on: _Judge, payment: Payment, *, ours: bool) -> bool:
    """Post, hold or take back one payment; True if it can only be posted on a later day."""
    known = posting.find(on.session, source_of(on.attempt.gateway), payment.id)
    if payment.status is Status.REVERSED and known:
        _take_back(on, payment)
    if payment.status is not Status.APPROVED or known:
        return False
    misfit = _misfit(on.attempt, payment, ours=ours)
    if misfit:
        _hold(on, payment, misfit)
        return False
    if payment.value_date and payment.value_date > bogota_day(on.around.now):
        return True
    _post(on, payment)
    return False


def _misfit(attempt: PaymentAttempt, payment: Payment, *, ours: bool) -> Reason | None:
    if not ours or payment.reference != attempt.reference:
        return Reason.REFERENCE
    if payment.currency != CURRENCY:
        return Reason.CURRENCY
    if payment.amount != attempt.amount:
        return Reason.AMOUNT
    return None if payment.value_date else Reason.REFUSED


def _post(on: _Judge, payment: Payment) -> None:
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
        _alert(on, "payment_refused", f"{type(error).__name__}: {error}")
        return
    if posted:
        attempt.paid += payment.amount
        attempt.value_date = payment.value_date
        attempt.authorisation = payment.authorisation
        letters.approved(on.session, on.vault, attempt, posted, on.around)


def _hold(on: _Judge, payment: Payment, reason: Reason) -> None:
    gateway, attempt_id = on.attempt.gateway, on.attempt.id
    holding.hold(on.session, gateway, payment, reason, on.around, attempt_id=attempt_id)


def _refunded(on: _Judge) -> list[Payment]:
    """Payments that a gateway hints at having given back: a person finds out and reverses them."""
    source = source_of(on.attempt.gateway)
    return [
        payment
        for payment in on.answer.payments
        if payment.refunded
        and posting.find(on.session, source, payment.id)
        and not posting.find(on.session, source, payment.id + REVERSED)
    ]


def _take_back(on: _Judge, payment: Payment) -> None:
    known = posting.find(on.session, source_of(on.attempt.gateway), payment.id)
    if known is None:
        return
    try:
        posting.take_back(on.session, known, VOIDED, on.around)
    except AlreadyReversed:
        return
    on.attempt.paid -= known.amount
    letters.taken_back(on.session, on.vault, on.attempt, known, on.around)


def _entered(on: _Judge, *, ours: bool) -> State:
    """The state that follows from what is posted, held, and said."""
    attempt, answer = on.attempt, on.answer
    source = source_of(attempt.gateway)
    if attempt.paid:
        return State.APPROVED
    if holding.is_waiting(on.session, attempt.id):
        return State.REVIEW
    if any(posting.find(on.session, source, one.id + REVERSED) for one in answer.payments):
        return State.REVERSED
    if not ours or answer.status in {Status.APPROVED, Status.REVERSED}:
        return _as_it_was(attempt, answer)
    if answer.status is Status.REJECTED:
        over = on.around.now >= attempt.expires_at
        return State.EXPIRED if over and not answer.payments else State.REJECTED
    return _as_it_was(attempt, answer)


def _as_it_was(attempt: PaymentAttempt, answer: Answer) -> State:
    """Nothing is decided: pending once a bank was asked, else where it is."""
    if any(one.status in {Status.PENDING, Status.UNKNOWN} for one in answer.payments):
        return State.PENDING if machine.may(attempt, State.PENDING) else State(attempt.state)
    if answer.external_id and attempt.state in {State.CREATED, State.UNKNOWN}:
        return State.SENT
    return State(attempt.state)


def _nothing_learnt(
    desk: Desk, attempt_id: int, error: GatewayError, cause: str, around: Surroundings
) -> Learnt:
    with desk.db.write() as session:
        attempt = machine.locked(session, attempt_id)
        over = around.now >= attempt.expires_at + machine.GRACE
        nobody_sent = isinstance(error, NotOffered) and attempt.external_id is None
        if nobody_sent and over and attempt.state in {State.CREATED, State.UNKNOWN}:
            reason = "never at the gateway"
            machine.move(session, attempt, State.EXPIRED, around.now, cause=cause, reason=reason)
        problem = f"{type(error).__name__}: {printable(error, LONGEST_PROBLEM)}"
        if attempt.problem != problem:
            attempt.problem = problem
            detail = f"{attempt.reference}: {problem}"
            audit.record(session, "payment_alert", around, detail=detail)
        attempt.polls += 1
        final = attempt.state == State.EXPIRED
        attempt.next_poll_at = _next(session, attempt, around, final=final)
        return Learnt(State(attempt.state), down=isinstance(error, GatewayDown))


def _next(
    session: Session, attempt: PaymentAttempt, around: Surroundings, *, final: bool
) -> datetime | None:
    following = machine.next_poll(attempt, around.now, final=final)
    if following is None and attempt.state in machine.OPEN:
        audit.record(session, "payment_needs_person", around, detail=attempt.reference)
    return following


def _note(on: _Judge, problem: str) -> None:
    if problem and on.attempt.problem != problem:
        _alert(on, "payment_alert", problem)
    on.attempt.problem = problem or None


def _alert(on: _Judge, kind: str, detail: str) -> None:
    audit.record(on.session, kind, on.around, detail=f"{on.attempt.reference}: {detail}")
