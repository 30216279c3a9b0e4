"""What happened to the demo lender's credits: certified rates and payments, as files bring them."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import cycle
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple

from finportal.demo import caps, habits
from finportal.demo.habits import Habit
from finportal.demo.lender import SEED, FileLine, write_lines
from finportal.lending import CertifiedRates, pesos_text
from finportal.lending.due_dates import due_date
from finportal.lending.events import Event, MoneyEvent, Prepayment, Reversal
from finportal.services.contracts import Contract, contract, contract_text
from finportal.services.portfolio.files import LOANS
from finportal.services.portfolio.lanes import Lanes
from finportal.services.portfolio.payment_rules import PAYMENT_RULES

MONTHS_FOR_A_HABIT = 5
"""A credit younger than this has always been paid on time."""

_CHANNELS = ("pse", "pse", "pse", "card", "cash", "bank")


class _Told(NamedTuple):
    """An event of a credit and where it stands in the lender's book."""

    on: date
    loan_number: str
    order: int
    event: Event


def write(folder: Path, loans: Path, today: date, seed: int = SEED) -> tuple[Path, Path]:
    """Write rate_caps.csv and payments.csv for a loans file; returns their paths. Raises OSError.

    Amounts due come from the arithmetic itself, with the rates of the first file.
    """
    files = folder / "rate_caps.csv", folder / "payments.csv"
    write_lines(files[0], caps.COLUMNS, caps.lines(today, seed))
    rates = caps.table(today, seed)
    told = [one for credit in _credits(loans, today) for one in _history(*credit, rates, today)]
    write_lines(files[1], list(PAYMENT_RULES), _lines(sorted(told, key=itemgetter(0, 1, 2)), seed))
    return files


def _credits(loans: Path, today: date) -> Iterator[tuple[str, Contract, Habit]]:
    """Each credit of the file with the habit of its borrower."""
    table, turns = LOANS.open(loans), cycle(habits.IN_TURN)
    lanes, grown = Lanes(table, LOANS.rules), due_date(today, today.day, -MONTHS_FOR_A_HABIT)
    for found in (lanes.found(line, record) for line, record in table.lines()):
        if found is None:
            continue
        signed, values = contract(contract_text(found.values)), found.values
        has_one = values["status"] == "active" and signed.begins <= grown
        yield values["loan_number"], signed, next(turns) if has_one else habits.PROMPT


def _history(
    loan_number: str, signed: Contract, habit: Habit, rates: CertifiedRates, today: date
) -> Iterator[_Told]:
    for order, event in enumerate(habits.events(signed, habit, rates, today)):
        yield _Told(event.value_date, loan_number, order, event)


def _lines(told: Sequence[_Told], seed: int) -> list[FileLine]:
    random = Random(seed)  # noqa: S311
    receipts = {(one.loan_number, one.event.id): f"R-{n:06d}" for n, one in enumerate(told, 1)}
    amounts = {
        (one.loan_number, one.event.id): one.event.amount
        for one in told
        if isinstance(one.event, MoneyEvent)
    }
    lines = []
    for one in told:
        event, credit = one.event, one.loan_number
        reverses = event.reverses if isinstance(event, Reversal) else None
        lines.append(
            {
                "loan_number": credit,
                "receipt": receipts[credit, event.id],
                "paid_on": str(event.value_date),
                "amount": pesos_text(amounts[credit, reverses or event.id]),
                "channel": random.choice(_CHANNELS),
                "reverses": receipts[credit, reverses] if reverses else "",
                "effect": event.effect if isinstance(event, Prepayment) else "",
            }
        )
    return lines
