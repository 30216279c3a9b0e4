"""Attempts as their customer sees them, and the return from the gateway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from finportal.adapters.database import Link
from finportal.lending import Centavos
from finportal.lending.ahead import Kept, kept_by
from finportal.models import Loan, LoanEvent, PaymentAttempt, Posting
from finportal.services import credits as portfolio
from finportal.services import throttle
from finportal.services.credits import OwnCredit
from finportal.services.days import bogota_day
from finportal.services.history import Line, history
from finportal.services.ledger import event_id
from finportal.services.payments import machine, second_tries, silence
from finportal.services.payments.answers import learn
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import UnknownAttempt
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

ASKING = Limit("asking the gateway", 1, timedelta(seconds=5))
"""A customer's page asks the gateway about an attempt so often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An attempt; amounts in centavos.

    `paid` is what came in and stands. `go_to` leads back to the gateway while one may still pay
    there. `late`: the money counts from a later day than the amount was quoted for.
    """

    id: int
    reference: str
    gateway: str
    loan_number: str
    purpose: Purpose
    effect: str | None
    amount: Centavos
    state: State
    reason: str
    authorisation: str
    paid: Centavos
    quoted_on: date
    value_date: date | None
    created_at: datetime
    expires_at: datetime
    moved_at: datetime
    go_to: str | None

    @property
    def open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in machine.OPEN

    @property
    def late(self) -> bool:
        """Whether the quote had expired when the bank took the money."""
        return self.value_date is not None and self.value_date > self.quoted_on


@dataclass(frozen=True, slots=True)
class Result:
    """An attempt with what its payments did: lines of its credit's history, in its order.

    `kept`: what became of the balance in favour that a payment left, by its event's id.
    """

    seen: Seen
    own: OwnCredit
    lines: tuple[Line, ...]
    kept: Mapping[str, Kept]


_SEEN = select(*PaymentAttempt.__table__.c, Loan.loan_number).join(
    Loan, Loan.id == PaymentAttempt.loan_id
)
_POSTED = (
    _SEEN.add_columns(
        LoanEvent.source.label("event_source"), LoanEvent.external_id.label("event_external_id")
    )
    .outerjoin(Posting, Posting.attempt_id == PaymentAttempt.id)
    .outerjoin(LoanEvent, LoanEvent.id == Posting.event_id)
)
_NEWEST = PaymentAttempt.id.desc()
_UNDECIDED = PaymentAttempt.state.in_([state.value for state in machine.OPEN])


def look(link: Link, customer_id: int, reference: str, today: date) -> Result:
    """An attempt and how its money was applied, as of today.

    A customer sees the attempts of the own credits, whoever began them. Raises UnknownAttempt for
    all others, and what `lending.replay` raises.
    """
    mine = _POSTED.where(_of(customer_id), PaymentAttempt.reference == reference)
    rows: Sequence[Any] = link.execute(mine).all()
    if not rows:
        raise UnknownAttempt
    names = {event_id(row.event_source, row.event_external_id) for row in rows if row.event_source}
    own = portfolio.own(link, customer_id, rows[0].loan_number)
    if own is None:
        raise UnknownAttempt
    return _result(_seen(rows[0]), own, names, today)


def in_process(link: Link, customer_id: int) -> list[Seen]:
    """The customer's attempts that are not decided yet, the newest first."""
    return _many(link, _of(customer_id), _UNDECIDED)


def under_way(link: Link, customer_id: int, loan_number: str | None, now: datetime) -> list[Seen]:
    """Those of one credit, or of all, that hold a second try back, the newest first."""
    of = [_of(customer_id), _UNDECIDED]
    if loan_number is not None:
        of.append(Loan.loan_number == loan_number)
    return [
        seen
        for seen in _many(link, *of)
        if second_tries.maybe_paid(seen.state, seen.created_at, now)
    ]


def past(link: Link, customer_id: int, most: int = 50) -> list[Seen]:
    """The customer's attempts that are decided, the newest first."""
    return _many(link, _of(customer_id), ~_UNDECIDED, most=most)


def returned(
    desk: Desk,
    customer_id: int,
    reference: str,
    around: Surroundings,
    hint: str | None = None,
) -> Result:
    """The customer came back, or the page asks again: ask the gateway if need be, then look.

    `hint`: the id that the gateway added to the address; it proves nothing. Raises as `look` does.
    """
    today = bogota_day(around.now)
    with desk.db.read() as session:
        result = look(session, customer_id, reference, today)
    if not result.seen.open:
        return result
    ask_again(desk, result.seen, around, hint)
    with desk.db.read() as session:
        return look(session, customer_id, reference, today)


def ask_again(desk: Desk, seen: Seen, around: Surroundings, hint: str | None = None) -> None:
    """Ask the gateway about an attempt that is open, if its turn has come and it is not silent."""
    if not (seen.open and _turn(desk, seen.reference, around)):
        return
    if silence.may_ask(desk, seen.gateway, around):
        learnt = learn(desk, seen.id, "return", around, hint)
        silence.note(desk, seen.gateway, around, down=learnt.down)


def of_reference(link: Link, reference: str) -> Seen:
    """The attempt of a reference, whosever it is. Raises UnknownAttempt."""
    found = _many(link, PaymentAttempt.reference == reference)
    if not found:
        raise UnknownAttempt
    return found[0]


def _turn(desk: Desk, reference: str, around: Surroundings) -> bool:
    counter = throttle.counter(desk.vault, ASKING, reference)
    with desk.db.write() as session:
        return throttle.take(session, around.now, [counter]) is None


def _of(customer_id: int) -> ColumnElement[bool]:
    return Loan.customer_id == customer_id


def _many(link: Link, *conditions: ColumnElement[bool], most: int = 50) -> list[Seen]:
    query = _SEEN.where(*conditions).order_by(_NEWEST).limit(most)
    rows: Sequence[Any] = link.execute(query).all()
    return [_seen(row) for row in rows]


def _seen(row: Any) -> Seen:
    return Seen(
        id=row.id,
        reference=row.reference,
        gateway=row.gateway,
        loan_number=row.loan_number,
        purpose=Purpose(row.purpose),
        effect=row.effect,
        amount=Centavos(row.amount),
        state=State(row.state),
        reason=row.reason,
        authorisation=row.authorisation,
        paid=Centavos(row.paid),
        quoted_on=row.quoted_on,
        value_date=row.value_date,
        created_at=row.created_at,
        expires_at=row.expires_at,
        moved_at=row.moved_at,
        go_to=row.go_to if row.state == State.SENT else None,
    )


def _result(seen: Seen, own: OwnCredit, names: set[str], today: date) -> Result:
    """The attempt with the movements of the money posted under it."""
    if not names:
        return Result(seen, own, (), {})
    credit = own.credit
    state = credit.state(max(today, credit.contract.begins))
    lines = tuple(line for line in history(credit, state) if line.event_id in names)
    kept = {name: kept for name in names if (kept := kept_by(state, name))}
    return Result(seen, own, lines, kept)
