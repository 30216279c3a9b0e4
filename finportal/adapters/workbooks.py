"""XLSX workbooks: the first sheet as a stream of records, and a cell as the text it stands for."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from openpyxl import load_workbook

from finportal.adapters.table_problems import NotText, UnreadableTable

SIGNIFICANT_DIGITS = 15
_ZIP = b"PK\x03\x04"


class _Sheet(Protocol):
    max_row: int | None

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[tuple[object, ...]]: ...


def looks_like_one(path: Path) -> bool:
    """Whether the file begins as an XLSX does. Raises UnreadableTable if it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError as error:
        raise UnreadableTable([f"cannot be opened: {error.strerror}"]) from error


def records(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    """Row number and values, a row at a time. Raises UnreadableTable."""
    with _first_sheet(path) as sheet:
        sheet.reset_dimensions()  # some programs write a size that hides most of the sheet
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)


def row_count(path: Path) -> int:
    """How many rows the sheet says it has, 0 if it says nothing. Raises UnreadableTable."""
    with _first_sheet(path) as sheet:
        return sheet.max_row or 0


def cell_text(value: object) -> str:
    """A cell's text: dates as YYYY-MM-DD, numbers without the noise of binary fractions.

    Raises NotText for a logical value or a time of day, which no column holds.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | time():
            raise NotText("a logical value or a time: write text, a number or a date")
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            return _number(value)


def _number(value: object) -> str:
    try:
        number = Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}")
    except (ValueError, TypeError, ArithmeticError) as error:
        raise NotText("not a number, a date or a text") from error
    if not number.is_finite():
        raise NotText("not a number, a date or a text")
    whole = number == number.to_integral_value()
    return format(number.to_integral_value() if whole else number.normalize(), "f")


@contextmanager
def _first_sheet(path: Path) -> Iterator[_Sheet]:
    try:
        with path.open("rb") as file:  # an open file is taken for what it holds, not for its name
            yield cast(_Sheet, _opened(file).worksheets[0])
    except Exception as error:  # a damaged workbook fails anywhere in zip, XML or number parsing
        raise UnreadableTable(["the file is a damaged workbook: save it again as XLSX"]) from error


def _opened(file: BinaryIO) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a lost style or link is no concern of a loader
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
