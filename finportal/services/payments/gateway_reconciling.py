"""What gateways say was paid and what was posted of it, compared channel by channel."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from finportal.adapters.gateways import Asked, Payment, Status
from finportal.adapters.gateways.errors import GatewayDown, GatewayError, NotOffered
from finportal.lending import Centavos
from finportal.models import PaymentAttempt, Posting
from finportal.services.days import BOGOTA
from finportal.services.payments.bank_reconciling import Channel
from finportal.services.payments.desk import Desk, source_of
from finportal.services.payments.machine import DAILY_UNTIL
from finportal.services.reconciliation import Entry, Reconciliation, reconcile

_A_DAY = timedelta(days=1)
_reversal = aliased(Posting)
_POSTED = (
    select(Posting, func.coalesce(PaymentAttempt.reference, ""))
    .outerjoin(PaymentAttempt, PaymentAttempt.id == Posting.attempt_id)
    .outerjoin(_reversal, _reversal.reverses_id == Posting.id)
    .where(Posting.source.startswith("gateway:"), Posting.kind == "payment")
    .where(_reversal.id.is_(None))
    .order_by(Posting.id)
)
_PAID = select(Posting.attempt_id).where(Posting.kind == "payment")


@dataclass(slots=True)
class Compared:
    """Channel by channel, and the references of which a gateway gave no usable answer."""

    channels: dict[Channel, Reconciliation] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything was answered, and is the same."""
        return not self.unanswered and all(one.clean for one in self.channels.values())


def compare(desk: Desk, first: date, last: date) -> Compared:
    """Compare the payers' days from `first` to `last`, both included. Nothing is changed by it.

    "Here" is what stands posted, "there" what each gateway says of every attempt that may have been
    paid in these days: one question an attempt. What is given back is on neither list.
    """
    compared = Compared()
    here: dict[Channel, list[Entry]] = defaultdict(list)
    there: dict[Channel, list[Entry]] = defaultdict(list)
    with desk.db.read() as session:
        posted = _POSTED.where(Posting.value_date.between(first, last))
        for one, reference in session.execute(posted):
            entry = Entry(reference, Centavos(one.amount), one.value_date, one.source_key)
            here[one.source, one.channel].append(entry)
        attempts = _attempts(session, first, last)
    down: set[str] = set()
    for attempt in attempts:
        for paid in _paid(desk, attempt, compared.unanswered, down):
            if paid.amount and paid.value_date and first <= paid.value_date <= last:
                entry = Entry(paid.reference, paid.amount, paid.value_date, paid.id)
                there[source_of(attempt.gateway), paid.method.value].append(entry)
    every = sorted({*here, *there})
    compared.channels = {one: reconcile(here[one], there[one]) for one in every}
    return compared


def _attempts(session: Session, first: date, last: date) -> Sequence[PaymentAttempt]:
    """Those that were begun in these days or a week before, and those with a posting of them.

    An attempt's own day is that of its newest payment, which may be a later one.
    """
    begins, ends = (datetime.combine(day, time.min, BOGOTA) for day in (first, last))
    query = select(PaymentAttempt).where(
        PaymentAttempt.created_at.between(begins - DAILY_UNTIL, ends + _A_DAY)
        | PaymentAttempt.value_date.between(first, last)
        | PaymentAttempt.id.in_(_PAID.where(Posting.value_date.between(first, last)))
    )
    return session.scalars(query.order_by(PaymentAttempt.id)).all()


def _paid(
    desk: Desk, attempt: PaymentAttempt, unanswered: list[str], down: set[str]
) -> list[Payment]:
    """The payments of an attempt that stand at its gateway; one that is down is not asked again."""
    asked = Asked(attempt.reference, attempt.external_id)
    try:
        if attempt.gateway in down:
            raise GatewayDown("it did not answer before", reached=False)
        answer = desk.gateway(attempt.gateway).ask(asked)
    except NotOffered:  # it never got a number at the gateway
        return []
    except GatewayError as error:
        unanswered.append(attempt.reference)
        down |= {attempt.gateway} if isinstance(error, GatewayDown) else set()
        return []
    standing = (one for one in answer.payments if one.status is Status.APPROVED)
    return [one for one in standing if not one.refunded]
