"""Money paid before its day: which instalments the balance in favour has paid, and which it will.

The engine spends a balance in favour on whatever falls due (`book.spend_credit`), and on all there
is when it suffices with a payment (`postings.settle`); the oldest money first. Amounts in centavos.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from finportal.lending.money import Centavos
from finportal.lending.state import Movement, MovementKind, State

_PAYMENTS = (MovementKind.PAYMENT, MovementKind.PREPAYMENT)


class Spent(NamedTuple):
    """What goes to a row; 0 is a charge that belongs to none, None is all that was not due yet.

    `on` is the row's due date, or the day the charge or the payoff came. `others`: what younger
    money that is kept too pays of the row; `lacks`: what the row still asks for then.
    """

    row: int | None
    on: date
    amount: Centavos
    lacks: Centavos
    others: Centavos = Centavos(0)


class Returned(NamedTuple):
    """What was given back to the borrower, and on which day."""

    on: date
    amount: Centavos


class Kept(NamedTuple):
    """The balance in favour that a movement left behind, and what becomes of it.

    `done` and `returned` up to the state's day, `ahead` after it if nothing else happens and the
    limits stay as they are; `over` is what no row will take.
    """

    amount: Centavos
    done: tuple[Spent, ...]
    ahead: tuple[Spent, ...]
    over: Centavos
    returned: tuple[Returned, ...] = ()

    @property
    def gone(self) -> tuple[Spent | Returned, ...]:
        """What it paid and what was given back, by day."""
        return tuple(sorted((*self.done, *self.returned), key=lambda one: one.on))


def kept_by(state: State, event_id: str) -> Kept | None:
    """What was kept after an event of the credit; None where it kept nothing, or does not count."""
    names = [movement.event_id for movement in state.movements]
    if event_id not in names:
        return None
    place = names.index(event_id)
    amount = state.movements[place].credit
    if not amount:
        return None
    done, returned, left = _spent_since(state.movements[place + 1 :], amount)
    ahead = tuple(_to_come(state, left, Centavos(state.credit - left)))
    over = Centavos(left - sum(one.amount for one in ahead))
    return Kept(amount, done, ahead, over, returned)


def _spent_since(
    movements: Iterable[Movement], left: Centavos
) -> tuple[tuple[Spent, ...], tuple[Returned, ...], Centavos]:
    """What the oldest money paid since, what of it was given back, and what is left of it."""
    done: list[Spent] = []
    returned: list[Returned] = []
    for movement in movements:
        given = min(left, movement.amount) if movement.kind is MovementKind.REFUND else 0
        if given:
            left = Centavos(left - given)
            returned.append(Returned(movement.value_date, Centavos(given)))
        for row, used in _from_credit(movement):
            part = Centavos(min(left, used))
            left = Centavos(left - part)
            if part:
                done.append(Spent(row, movement.value_date, part, Centavos(0)))
    return tuple(done), tuple(returned), left


def _from_credit(movement: Movement) -> Iterator[tuple[int | None, int]]:
    """What a movement took from the credit: a payment, only what it paid beyond its own amount."""
    if movement.kind is MovementKind.CREDIT:
        yield from ((row, parts.total) for row, parts in movement.allocations)
    elif movement.kind in _PAYMENTS:
        yield None, max(0, movement.parts.total - movement.amount)


def _to_come(state: State, left: Centavos, younger: Centavos) -> Iterator[Spent]:
    for row in state.upcoming:
        part = Centavos(min(left, row.total))
        others = Centavos(min(younger, row.total - part))
        if part:
            lacks = Centavos(row.total - part - others)
            yield Spent(row.number, row.due_date, part, lacks, others)
        left, younger = Centavos(left - part), Centavos(younger - others)
