"""What one cell of a portfolio file may hold: its text in, its value out, or why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finportal.adapters.table_problems import Problem, Row
from finportal.lending.conventions import AllocationBy, Part
from finportal.lending.day_counts import DayCount
from finportal.lending.money import Centavos, NotAnAmount, parse_pesos
from finportal.lending.rates import NotARate, parse_rate
from finportal.services.contracts import BY_PART

LONGEST_TEXT = 200
PLAIN_AMOUNT = 15
"""Characters of an amount that needs no closer look."""

EARLIEST_YEAR = 1901
"""A spreadsheet writes an empty date as a day of 1900."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOAN_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
_PLATE = re.compile(r"[A-Z]{3}\d{2}[0-9A-Z]", re.ASCII)
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_DAY_COUNTS = {name.value.lower(): name.value for name in DayCount}


class BadCell(ValueError):
    """The cell cannot hold this; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a column's text becomes its value, whether it may be empty, and often comes again."""

    parse: Callable[[str], object]
    required: bool = True
    repeats: bool = True


@dataclass(slots=True)
class Found:
    """The values read from one row, and everything wrong with it."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def reject(self, column: str, reason: str) -> None:
        """Note a problem; the column's value is no longer to be relied on."""
        self.problems.append(Problem(self.line, column, reason))
        self.values.pop(column, None)

    def have(self, *columns: str) -> bool:
        """Whether each of these columns holds a good value, so that they can be compared."""
        return None not in map(self.values.get, columns)


def read(row: Row, rules: Mapping[str, Rule]) -> Found:
    """Every column by its own rule; an absent column is an empty one."""
    found = Found(row.line, problems=list(row.problems))
    if not row.cells:
        return found
    broken = {problem.column for problem in row.problems}
    for column, rule in rules.items():
        if column not in broken:
            _read_cell(found, column, row.cells.get(column, ""), rule)
    return found


def _read_cell(found: Found, column: str, raw: str, rule: Rule) -> None:
    try:
        found.values[column] = value(raw, rule)
    except ValueError as error:
        found.reject(column, str(error))


def value(raw: str, rule: Rule) -> object:
    """What a cell's text stands for under a rule, None if it is empty. Raises ValueError."""
    plain = _folded(raw)
    if plain:
        return rule.parse(plain)
    if rule.required:
        raise BadCell("is empty")
    return None


def _folded(raw: str) -> str:
    folded = " ".join(raw.split())
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded)
    if not folded.isprintable():
        hidden = next(sign for sign in folded if not sign.isprintable())
        raise BadCell(f"holds the hidden character U+{ord(hidden):04X}: type it again")
    return folded


def text(cell: str) -> str:
    """A text of at most LONGEST_TEXT characters."""
    if len(cell) > LONGEST_TEXT:
        raise BadCell(f"is longer than {LONGEST_TEXT} characters")
    return cell


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser for one of these words, in capitals or not."""
    by_name = {choice.casefold(): str(choice) for choice in choices}

    def parse(cell: str) -> str:
        try:
            return by_name[cell.casefold()]
        except KeyError as error:
            raise BadCell(f"write one of {', '.join(choices)}") from error

    return parse


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A parser for a whole number in a range."""

    def parse(cell: str) -> int:
        digits = cell.isascii() and cell.isdigit() and len(cell) <= len(str(highest))
        if not digits or not lowest <= int(cell) <= highest:
            raise BadCell(f"write a whole number from {lowest} to {highest}")
        return int(cell)

    return parse


def day(cell: str) -> date:
    """A date as YYYY-MM-DD, none before EARLIEST_YEAR."""
    if not (cell.isascii() and _DAY.fullmatch(cell)):
        raise BadCell("write the date as YYYY-MM-DD")
    try:
        found = datetime.strptime(cell, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise BadCell("is no day of the calendar") from error
    if found.year < EARLIEST_YEAR:
        raise BadCell(f"is before {EARLIEST_YEAR}")
    return found


def pesos(cell: str) -> Centavos:
    """Pesos with a point, zero or more, in centavos."""
    try:
        amount = parse_pesos(cell)
    except NotAnAmount as error:
        raise BadCell("write pesos with a point and no separators, like 845000.50") from error
    if amount < 0:
        raise BadCell("is below zero")
    return amount


def pesos_above_zero(cell: str) -> Centavos:
    """Pesos with a point, above zero, in centavos."""
    digits = cell[:-3] + cell[-2:] if cell[-3:-2] == "." else cell + "00"
    if cell > "1" and digits.isdigit() and digits.isascii() and len(cell) <= PLAIN_AMOUNT:
        return Centavos(int(digits))
    amount = pesos(cell)
    if amount == 0:
        raise BadCell("must be above zero")
    return amount


def rate(below: str, *, zero: bool = True) -> Callable[[str], str]:
    """A parser for a rate as a fraction of one, kept exactly as typed, less than `below`."""
    limit = Decimal(below)
    lowest = "0 or more" if zero else "above 0"

    def parse(cell: str) -> str:
        try:
            value = parse_rate(cell)
        except NotARate:
            value = limit
        if value >= limit or (value == 0 and not zero):
            raise BadCell(f"write a fraction {lowest} and below {below}: 24.5 % is 0.245")
        return cell

    return parse


def day_count(cell: str) -> str:
    """One of the day counts of the contract's arithmetic, spelled its way."""
    return _DAY_COUNTS.get(cell.lower()) or _refuse(
        f"write one of {', '.join(_DAY_COUNTS.values())}"
    )


def allocation(cell: str) -> str:
    """The five parts of a debt once each, as in fees>insurance>…, then :by_part where agreed."""
    order, _, by = cell.lower().replace(" ", "").partition(":")
    parts = order.split(">")
    if sorted(parts) != sorted(Part) or by not in {
        "",
        BY_PART[1:],
        f"by_{AllocationBy.INSTALMENT}",
    }:
        raise BadCell(f"write all of {'>'.join(Part)} once each, then {BY_PART} if agreed")
    return order + (BY_PART if by == BY_PART[1:] else "")


def loan_number(cell: str) -> str:
    """The lender's number of a credit, as it also stands in addresses of pages."""
    if not _LOAN_NUMBER.fullmatch(cell):
        raise BadCell("write at most 40 letters and digits, with . _ - between them")
    return cell


def plate(cell: str) -> str:
    """A Colombian plate, AAA000 or AAA00A, without space or hyphen."""
    found = cell.upper().replace(" ", "").replace("-", "")
    return found if _PLATE.fullmatch(found) else _refuse("write a plate like ABC123 or ABC12D")


def vin(cell: str) -> str:
    """A vehicle identification number (ISO 3779): 17 signs, none of them I, O or Q."""
    found = cell.upper().replace(" ", "").replace("-", "")
    return found if _VIN.fullmatch(found) else _refuse("write 17 letters and digits, no I, O or Q")


def _refuse(reason: str) -> str:
    raise BadCell(reason)
