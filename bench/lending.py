"""Measures the credit's arithmetic against the bare loops it stands on, side by side in one run.

Run `.venv/bin/python bench/lending.py`. Every ratio is the median of many short rounds in which
both sides take their turn, so that a machine busy with other work cannot favour one. The bare loops
know their rates and instalment beforehand and check nothing: integers in, tuples out, rounded
half-up to the peso as the schedule is.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from finportal.lending import Centavos, Terms, Trace, certified_rates, replay, schedule
from finportal.lending.caps import CertifiedRate
from finportal.lending.events import Payment
from finportal.lending.rates import periodic_rate
from finportal.lending.schedule import Row

ROWS, ROUNDS, PART = 60, 41, 0.004
PRINCIPAL, RATE, PREMIUM = 3_000_000_000, Decimal("0.22"), Decimal("0.0006")
TERMS = Terms(
    principal=Centavos(PRINCIPAL),
    rate_ea=RATE,
    instalments=ROWS,
    disbursed_on=date(2025, 10, 15),
    insurance_rate=PREMIUM,
)
PLAN = schedule(TERMS)
INSTALMENT = PLAN.instalment
DUE_DATES = [row.due_date for row in PLAN.rows]
WHOLE = 10**12 * 100
MONTHLY, INSURANCE = int(periodic_rate(RATE) * 10**12), int(PREMIUM * 10**12)
CERTIFIED = certified_rates(
    CertifiedRate(
        valid_from=date(2025 + month // 12, month % 12 + 1, 1),
        valid_to=date(2025 + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1),
        cap_ea=Decimal(2436 + month) / 10_000,
    )
    for month in range(9, 75)
)


class Work(NamedTuple):
    """What is measured against what, and the ratio to stay under (0: only told)."""

    name: str
    ours: Callable[[], object]
    reference: Callable[[], object]
    goal: float


def bare_loop() -> list[tuple[int, int, int, int]]:
    """Number, interest, principal and balance of each row."""
    balance, half, rows = PRINCIPAL, WHOLE // 2, []
    for number in range(1, ROWS):
        interest = (balance * MONTHLY + half) // WHOLE * 100
        principal = INSTALMENT - interest
        balance -= principal
        rows.append((number, interest, principal, balance))
    rows.append((ROWS, (balance * MONTHLY + half) // WHOLE * 100, balance, 0))
    return rows


def bare_rows() -> list[Row]:
    """The same with insurance, totals and dates, as the nine figures of a row."""
    balance, half, rows = PRINCIPAL, WHOLE // 2, []
    for number, due in enumerate(DUE_DATES, 1):
        interest = (balance * MONTHLY + half) // WHOLE * 100
        principal = INSTALMENT - interest if number < ROWS else balance
        insurance = (balance * INSURANCE + half) // WHOLE * 100
        paid, left = interest + principal, balance - principal
        figures = (number, due, balance, interest, principal, paid, insurance)
        rows.append(Row._make((*figures, paid + insurance, left)))
        balance = left
    return rows


def decimal_loop() -> list[tuple[int, int, int, int]]:
    """The bare loop in Decimal."""
    balance, instalment, rate = Decimal(PRINCIPAL), Decimal(INSTALMENT), periodic_rate(RATE)
    rows, peso = [], Decimal(100)
    for number in range(1, ROWS + 1):
        interest = (balance * rate / peso).quantize(Decimal(1), "ROUND_HALF_UP") * peso
        principal = instalment - interest if number < ROWS else balance
        balance -= principal
        rows.append((number, int(interest), int(principal), int(balance)))
    return rows


def payments(seed: int | None) -> list[Payment]:
    """Sixty payments: exact and on time, or with a seed some days and pesos off."""
    rng = random.Random(seed)  # noqa: S311
    return [
        Payment(
            id=f"row{row.number:02}",
            value_date=row.due_date + timedelta(days=rng.randint(-3, 6) if seed else 0),
            amount=Centavos(row.total + (rng.randint(-500, 500) * 100 if seed else 0)),
        )
        for row in PLAN.rows
    ]


def measured(work: Work) -> tuple[float, float, float]:
    """Milliseconds of ours and of the reference, and the median ratio of rounds taken in turn."""
    sides = (work.ours, work.reference)
    repeats = [max(1, round(PART / seconds(side, 3))) for side in sides]
    rounds = []
    for number in range(ROUNDS):
        turn = (0, 1) if number % 2 else (1, 0)
        spent = {side: seconds(sides[side], repeats[side]) for side in turn}
        rounds.append((spent[0], spent[1]))
    ours, reference = (min(times) * 1000 for times in zip(*rounds, strict=True))
    return ours, reference, statistics.median(one / other for one, other in rounds)


def seconds(side: Callable[[], object], repeats: int) -> float:
    """CPU of one call, over so many."""
    before = time.process_time()
    for _ in range(repeats):
        side()
    return (time.process_time() - before) / repeats


def replaying(events: Sequence[Payment], *, explained: bool) -> Callable[[], object]:
    on = events[-1].value_date
    return lambda: replay(TERMS, events, CERTIFIED, on, Trace() if explained else None)


def check() -> None:
    """The sides compute the same figures."""
    cells = [(number, *cell) for number, cell in enumerate(PLAN.cells, 1)]
    assert bare_loop() == decimal_loop() == cells  # noqa: S101
    assert tuple(bare_rows()) == PLAN.rows  # noqa: S101


def main() -> None:
    """Measure and print."""
    check()
    punctual, usual = payments(None), payments(7)
    works = [
        Work("schedule / bare loop", lambda: schedule(TERMS), bare_loop, 1.25),
        Work("schedule / Decimal loop", lambda: schedule(TERMS), decimal_loop, 0.6),
        Work("schedule and its rows / bare rows", lambda: schedule(TERMS).rows, bare_rows, 1.25),
        Work("replay, on time / bare loop", replaying(punctual, explained=False), bare_loop, 0),
        Work("replay, days off / bare loop", replaying(usual, explained=False), bare_loop, 0),
        Work("traced, on time / bare loop", replaying(punctual, explained=True), bare_loop, 0),
        Work("traced, days off / bare loop", replaying(usual, explained=True), bare_loop, 0),
    ]
    print(f"{'60 rows, 60 payments':36}{'ms':>8}{'ref ms':>9}{'ratio':>8}{'goal':>7}")
    for work in works:
        ours, reference, ratio = measured(work)
        goal = f"{work.goal:7.2f}" if work.goal else ""
        print(f"{work.name:36}{ours:8.4f}{reference:9.4f}{ratio:8.2f}{goal}")


if __name__ == "__main__":
    main()
