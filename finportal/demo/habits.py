"""How the demo lender's borrowers pay: what each habit does on a due date, and in what turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from finportal.lending import Centavos, CertifiedRates, State, replay
from finportal.lending.events import Effect, Event, Payment, Prepayment, Reversal
from finportal.services.contracts import Contract

ROUND = 50_000_00


@dataclass(frozen=True, slots=True)
class Habit:
    """A way to pay; amounts are those that the arithmetic says are due, to the peso.

    `behind`: fewest and most days past due today. `late_by`: days after each due date.
    `extra`: instalments beyond what is due, paid once, `effect` says what for (None: as credit).
    `mistaken`: one payment is made twice and one of the two taken back.
    """

    behind: tuple[int, int] = (0, 0)
    late_by: int = 0
    extra: int = 0
    effect: Effect | None = None
    mistaken: bool = False


PROMPT = Habit()
IN_TURN = (
    PROMPT,
    Habit(behind=(1, 30)),
    Habit(extra=2),
    Habit(behind=(31, 90)),
    Habit(mistaken=True),
    Habit(extra=4, effect=Effect.REDUCE_TERM),
    Habit(behind=(91, 400)),
    Habit(extra=4, effect=Effect.REDUCE_INSTALMENT),
    Habit(late_by=6),
    Habit(behind=(1, 30), late_by=3),
)
"""What active credits do, one after the other."""


def events(contract: Contract, habit: Habit, rates: CertifiedRates, today: date) -> list[Event]:
    """The payments of a credit up to today, in the order they were made."""
    opening: list[Event] = [contract.opening] if contract.opening else []
    rows = replay(contract.terms, opening, rates, contract.begins).upcoming
    due_dates = [row.due_date for row in rows if row.due_date <= today]
    paid = due_dates[: _paid(due_dates, habit.behind, today)]
    special = len(paid) - 1 if habit.effect is None else len(paid) // 2
    made: list[Event] = []
    for number, due_on in enumerate(paid):
        on = min(due_on + timedelta(days=habit.late_by), today)
        state = replay(contract.terms, [*opening, *made], rates, on)
        once = habit if number == special else PROMPT
        made += _made(once, state, f"{number:03d}", today)
    return made


def _paid(due_dates: Sequence[date], behind: tuple[int, int], today: date) -> int:
    """How many due dates are paid; all of them where none is as old as wished."""
    fewest, most = behind
    for number, due_on in enumerate(due_dates):
        if fewest and fewest <= (today - due_on).days <= most:
            return number
    return len(due_dates)


def _made(habit: Habit, state: State, name: str, today: date) -> Iterator[Event]:
    """What is paid on a day: what is due, and what the habit adds to it."""
    on, due = state.as_of, state.due.total
    extra = habit.extra * state.instalment // ROUND * ROUND
    amount = Centavos(due + extra)
    if not amount:
        return
    if habit.effect:
        yield Prepayment(id=name, value_date=on, amount=amount, effect=habit.effect)
        return
    yield Payment(id=name, value_date=on, amount=amount)
    if habit.mistaken:
        yield Payment(id=f"{name} again", value_date=on, amount=amount)
        back_on = min(on + timedelta(days=2), today)
        yield Reversal(id=f"{name} back", value_date=back_on, reverses=f"{name} again")
