"""A credit's movements for its borrower: what was paid, where it went, what was undone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from finportal.lending import Centavos, State
from finportal.lending.events import MoneyEvent, Reversal
from finportal.lending.state import Allocation, Movement, MovementKind
from finportal.services.ledger import Credit, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A movement of one day, amounts in centavos.

    `kind`: a MovementKind, or "reversal". `movement`: where the money went; None for a reversal and
    for what was reversed. `reversed_on`: the day from which this counts as if it had never been.
    `record` is the row of the stored event; `receipt` and `channel` are empty without one.
    """

    event_id: str
    record: int | None = None
    kind: str
    value_date: date
    amount: Centavos
    receipt: str = ""
    channel: str = ""
    movement: Movement | None = None
    reversed_on: date | None = None
    reverses: str = ""

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """Where the money went, row by row."""
        return self.movement.allocations if self.movement else ()


REVERSAL = "reversal"


def history(credit: Credit, state: State, until: date | None = None) -> list[Line]:
    """The movements up to the state's day, the newest first; reversed ones stay, and say so.

    `until`: reversals up to this later day count too; the state must be that of
    `credit.standing(until)` then.
    """
    known = [record for record in credit.records if record.event.value_date <= state.as_of]
    undone = _undone(credit, until or state.as_of)
    lines = [*_recorded(known, state, undone), *_own_movements(known, state)]
    return sorted(lines, key=lambda line: (line.value_date, line.event_id), reverse=True)


def _undone(credit: Credit, until: date) -> dict[str, date]:
    """What was reversed up to a day, and when."""
    return {
        record.event.reverses: record.event.value_date
        for record in credit.records
        if isinstance(record.event, Reversal) and record.event.value_date <= until
    }


def _recorded(known: Iterable[Record], state: State, undone: dict[str, date]) -> Iterator[Line]:
    by_id = {record.event.id: record for record in known}
    went = {
        movement.event_id: movement
        for movement in state.movements
        if movement.kind is not MovementKind.CREDIT
    }
    for record in known:
        event = record.event
        if isinstance(event, Reversal):
            yield _reversal(record, by_id.get(event.reverses))
        elif isinstance(event, MoneyEvent):
            movement = went.get(event.id)
            yield Line(
                event_id=event.id,
                record=record.id,
                kind=movement.kind if movement else type(event).__name__.lower(),
                value_date=event.value_date,
                amount=event.amount,
                receipt=record.external_id,
                channel=record.channel or "",
                movement=movement,
                reversed_on=undone.get(event.id),
            )


def _reversal(record: Record, target: Record | None) -> Line:
    amount = getattr(target.event, "amount", 0) if target else 0
    return Line(
        event_id=record.event.id,
        record=record.id,
        kind=REVERSAL,
        value_date=record.event.value_date,
        amount=Centavos(-amount),
        receipt=record.external_id,
        channel=record.channel or "",
        reverses=target.external_id if target else "",
    )


def _own_movements(known: Iterable[Record], state: State) -> Iterator[Line]:
    """What the credit did by itself: a balance in favour spent on what fell due."""
    recorded = {record.event.id for record in known}
    for movement in state.movements:
        if movement.kind is MovementKind.CREDIT or movement.event_id not in recorded:
            yield Line(
                event_id=movement.event_id,
                kind=movement.kind,
                value_date=movement.value_date,
                amount=movement.amount,
                movement=movement,
            )


def interest_paid(state: State, year: int) -> Centavos:
    """Ordinary and late interest paid in a calendar year, in centavos.

    Counted on the days on which the money counts; waived interest is not paid.
    """
    return Centavos(
        sum(
            movement.parts.interest + movement.parts.late_interest
            for movement in state.movements
            if movement.value_date.year == year and movement.kind in PAYING
        )
    )


RECEIVED = (MovementKind.PAYMENT, MovementKind.PREPAYMENT)
PAYING = (*RECEIVED, MovementKind.CREDIT)
