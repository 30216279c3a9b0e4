"""What a gateway's answer means for an attempt: the one way in which anything is learnt.

The customer's return, a notification and the poll job all end here, in any order and at once: the
gateway is asked outside of any transaction, and its answer judged with the attempt locked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from finportal.adapters.gateways import Asked, Status
from finportal.adapters.gateways.errors import GatewayDown, GatewayError, NotOffered, printable
from finportal.models import PaymentAttempt
from finportal.services import audit
from finportal.services.payments import holding, letters, machine, posting
from finportal.services.payments.desk import Desk, source_of
from finportal.services.payments.errors import UnknownAttempt
from finportal.services.payments.machine import LOST, State
from finportal.services.payments.posting import REVERSED
from finportal.services.payments.taking import Judgement, alert, held_and_refunded, refunded, take
from finportal.services.visits import Surroundings

LONGEST_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class Learnt:
    """How an attempt stands after the gateway was asked; `down`: it gave no usable answer."""

    state: State
    down: bool = False


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
        judge = Judgement(session, desk.vault, attempt, answer, cause, around)
        _judge(judge, asked)
        return Learnt(State(attempt.state))


def _judge(on: Judgement, asked: Asked) -> None:
    attempt, answer, now = on.attempt, on.answer, on.around.now
    ours = answer.reference in {"", attempt.reference}
    if ours and answer.reference and attempt.external_id is None:
        attempt.external_id = answer.external_id or asked.external_id
    attempt.authorisation = _authorisation(on) or attempt.authorisation
    before = attempt.state
    later = [take(on, payment, ours=ours) for payment in reversed(answer.payments)]
    entered = _entered(on, ours=ours)
    problems = list(answer.alerts)
    problems += [f"payment {one.id} seems to be refunded" for one in refunded(on)]
    problems += [f"payment {key} is held and given back" for key in held_and_refunded(on)]
    if machine.may(attempt, entered):
        moved = machine.move(on.session, attempt, entered, now, cause=on.cause, reason=_reason(on))
        if moved and not any(later):
            letters.after_move(on.session, on.vault, attempt, on.around)
    else:
        problems.append(f"the gateway says {entered}, we know {attempt.state}")
    if before in LOST and attempt.state == State.APPROVED:
        alert(on, "payment_late", f"approved after it was {before}")
    _note(on, "; ".join(problems)[:LONGEST_PROBLEM])
    attempt.polls += 1
    if any(later):
        attempt.next_poll_at = now + machine.OFTEN
    else:
        attempt.next_poll_at = _next(on.session, attempt, on.around, final=ours and answer.final)


def _reason(on: Judgement) -> str:
    """Why: of what was refused, the newest bank's own reason says more than the order's."""
    answer = on.answer
    if answer.status is not Status.REJECTED:
        return answer.reason
    refused = (one.reason for one in on.own if one.status is Status.REJECTED)
    return next((reason for reason in refused if reason), answer.reason)


def _authorisation(on: Judgement) -> str:
    """The bank's own number (the CUS of PSE) of the newest payment that is not refused."""
    tries = (one for one in on.own if one.status is not Status.REJECTED)
    return next((one.authorisation for one in tries if one.authorisation), "")


def _entered(on: Judgement, *, ours: bool) -> State:
    """The state that follows from what is posted, held, and said."""
    attempt, answer = on.attempt, on.answer
    if attempt.paid:
        return State.APPROVED
    if holding.is_waiting(on.session, attempt.id):
        return State.REVIEW
    if _given_back(on):
        return State.REVERSED
    if ours and answer.status in {Status.REJECTED, Status.REVERSED}:
        over = on.around.now >= attempt.expires_at
        return State.EXPIRED if over and not on.own else State.REJECTED
    return _undecided(on, ours=ours)


def _given_back(on: Judgement) -> bool:
    """Whether a payment of the answer was posted for this attempt and is taken back."""
    source = source_of(on.attempt.gateway)
    keys = [one.id + REVERSED for one in on.answer.payments]
    found = (posting.find(on.session, source, key) for key in keys)
    return any(one and one.attempt_id == on.attempt.id for one in found)


def _undecided(on: Judgement, *, ours: bool) -> State:
    """Pending once a bank was asked, expired if none was for long, else where it is."""
    attempt = on.attempt
    unasked = attempt.state in {State.CREATED, State.SENT, State.UNKNOWN} and not on.own
    if unasked and on.around.now >= attempt.expires_at + machine.GRACE:
        return State.EXPIRED
    if any(one.status in {Status.PENDING, Status.UNKNOWN} for one in on.own):
        return State.PENDING if machine.may(attempt, State.PENDING) else State(attempt.state)
    if ours and on.answer.external_id and attempt.state in {State.CREATED, State.UNKNOWN}:
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


def _note(on: Judgement, problem: str) -> None:
    if problem and on.attempt.problem != problem:
        alert(on, "payment_alert", problem)
    on.attempt.problem = problem or None
