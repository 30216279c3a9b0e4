"""Beginning an attempt: what was agreed is stored before the customer leaves for the gateway."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.gateways import Method, Order, Payer, Started
from finportal.adapters.gateways.errors import (
    AnswerUnreadable,
    GatewayDown,
    GatewayError,
    printable,
)
from finportal.lending import Centavos
from finportal.lending.events import Effect
from finportal.models import Loan, PaymentAttempt
from finportal.services import audit, projections
from finportal.services.days import bogota_day
from finportal.services.ledger import Credit
from finportal.services.payment_references import reference_of
from finportal.services.payments import machine, second_tries
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import InProcess, NotStarted, OtherForm
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Offer, Purpose, agreed
from finportal.services.recording import UnknownLoan
from finportal.services.visits import Surroundings

LASTS = timedelta(minutes=30)
CASH_LASTS = timedelta(days=3)
"""How long an order stands; who pays in cash first has to walk there."""
NOBODY = Payer()
"""A payer of whom nothing is told to the gateway."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RANDOM = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer wants to pay, as the form says it; `amount` in centavos is what it showed.

    `form_key` is new with each form. `customer_id` is who is signed in, None for nobody.
    `return_url` makes the address to come back to from the reference. `anyway`: pay although
    another attempt is in process.
    """

    loan_number: str
    purpose: Purpose
    amount: Centavos
    form_key: str
    description: str
    return_url: Callable[[str], str]
    ip: str = field(repr=False)
    user_agent: str = field(repr=False)
    customer_id: int | None = None
    effect: Effect | None = None
    method: Method | None = None
    payer: Payer = NOBODY
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt that is begun, and where the customer's browser goes now."""

    reference: str
    go_to: str = field(repr=False)


def start(desk: Desk, gateway: str, wish: Wish, around: Surroundings) -> Sent:
    """Begin an attempt and open its page at the gateway. The same form again is the same attempt.

    Nothing is charged by it. Raises UnknownLoan (also for somebody else's), NotPayable,
    AmountMoved, AmountOutside, InProcess, TooOften, OtherForm, NotStarted, UnknownGateway, and
    what `lending.replay` raises.
    """
    there = desk.gateway(gateway)
    with desk.db.write() as session:
        attempt, order = _begin(desk, session, gateway, wish, around)
    if order is None:
        return _again(attempt, around.now)
    try:
        started = there.start(order)
    except GatewayError as error:
        _not_started(desk, attempt.id, error, around)
        raise NotStarted(attempt.reference) from error
    return _sent(desk, attempt.id, started, around)


def _begin(
    desk: Desk, session: Session, gateway: str, wish: Wish, around: Surroundings
) -> tuple[PaymentAttempt, Order | None]:
    """A new attempt with its order, or the one that this form began before."""
    credit = _credit(session, wish)
    known = _of_form(session, credit.loan_id, wish.form_key)
    if known:
        if not _same(known, wish):
            raise OtherForm(known.reference)
        return known, None
    _beside_others(desk, session, credit, wish, around)
    today = bogota_day(around.now)
    offer = agreed(credit, wish.purpose, wish.amount, wish.effect, today)
    attempt = _row(credit, gateway, wish, offer, around)
    session.add(attempt)
    session.flush()
    machine.begin(session, attempt)
    return attempt, _order(attempt, credit, wish)


def _beside_others(
    desk: Desk, session: Session, credit: Credit, wish: Wish, around: Surroundings
) -> None:
    """Hold a second try back, or count it where its customer means it."""
    try:
        second_tries.hold_back(session, credit.loan_id, wish.purpose, around.now)
    except InProcess:
        if not wish.anyway:
            raise
        signed_in = wish.customer_id is not None
        second_tries.let_through(
            session, desk.vault, credit.loan_id, around.now, signed_in=signed_in
        )


def _credit(session: Session, wish: Wish) -> Credit:
    query = select(Loan.id).where(Loan.loan_number == wish.loan_number)
    if wish.customer_id is not None:
        query = query.where(Loan.customer_id == wish.customer_id)
    loan_id = session.scalar(query)
    if loan_id is None:
        raise UnknownLoan(wish.loan_number)
    return projections.locked(session, [loan_id])[0]


def _of_form(session: Session, loan_id: int, form_key: str) -> PaymentAttempt | None:
    query = select(PaymentAttempt).where(
        PaymentAttempt.loan_id == loan_id, PaymentAttempt.form_key == form_key
    )
    return session.scalars(query).one_or_none()


def _same(known: PaymentAttempt, wish: Wish) -> bool:
    effect = wish.effect.value if wish.effect else None
    asked = (wish.purpose.value, wish.amount, effect, wish.customer_id)
    return asked == (known.purpose, known.amount, known.effect, known.customer_id)


def _again(attempt: PaymentAttempt, now: datetime) -> Sent:
    if attempt.go_to:
        return Sent(attempt.reference, attempt.go_to)
    if attempt.state == State.CREATED and attempt.created_at + second_tries.STARTING > now:
        raise InProcess(attempt.reference, attempt.created_at, "")
    raise NotStarted(attempt.reference)


def _row(
    credit: Credit, gateway: str, wish: Wish, offer: Offer, around: Surroundings
) -> PaymentAttempt:
    now = around.now
    random = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    quote = json.dumps(asdict(offer.quote), sort_keys=True, default=str)
    return PaymentAttempt(
        reference=f"{reference_of(credit.loan_id)}-{random}",
        form_key=wish.form_key,
        loan_id=credit.loan_id,
        customer_id=wish.customer_id,
        purpose=wish.purpose.value,
        effect=wish.effect.value if wish.effect else None,
        amount=wish.amount,
        quote=quote,
        quoted_on=offer.quote.on,
        gateway=gateway,
        state=State.CREATED.value,
        reason="",
        authorisation="",
        paid=0,
        created_at=now,
        expires_at=now + (CASH_LASTS if wish.method is Method.CASH else LASTS),
        moved_at=now,
        next_poll_at=now + machine.FIRST_POLLS[0],
        polls=0,
    )


def _order(attempt: PaymentAttempt, credit: Credit, wish: Wish) -> Order:
    return Order(
        reference=attempt.reference,
        attempt=attempt.reference,
        amount=wish.amount,
        description=wish.description,
        return_url=wish.return_url(attempt.reference),
        expires_at=attempt.expires_at,
        ip=wish.ip,
        user_agent=wish.user_agent,
        payer=wish.payer,
        method=wish.method,
        opened_on=credit.terms.disbursed_on,
        beneficiary=credit.loan_number,
    )


def _sent(desk: Desk, attempt_id: int, started: Started, around: Surroundings) -> Sent:
    with desk.db.write() as session:
        attempt = machine.locked(session, attempt_id)
        attempt.external_id = attempt.external_id or started.external_id
        attempt.go_to = started.go_to
        if attempt.state == State.CREATED:
            machine.move(session, attempt, State.SENT, around.now, cause="start")
        return Sent(attempt.reference, started.go_to)


def _not_started(desk: Desk, attempt_id: int, error: GatewayError, around: Surroundings) -> None:
    """Nothing was charged: the customer never saw the gateway's page."""
    maybe = isinstance(error, AnswerUnreadable) or (
        isinstance(error, GatewayDown) and error.reached
    )
    with desk.db.write() as session:
        attempt = machine.locked(session, attempt_id)
        attempt.problem = f"{type(error).__name__}: {printable(error)}"
        if attempt.state == State.CREATED:
            entered = State.UNKNOWN if maybe else State.FAILED
            machine.move(
                session, attempt, entered, around.now, cause="start", reason=attempt.problem
            )
        if not maybe:
            attempt.next_poll_at = None
        detail = f"{attempt.reference}: {attempt.problem}"
        audit.record(session, "payment_not_started", around, detail=detail)
