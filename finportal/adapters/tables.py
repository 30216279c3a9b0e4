"""Table files: CSV and XLSX read as a stream of rows, each a line number and texts by column."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from finportal.adapters import workbooks
from finportal.adapters.table_problems import NotText, Problem, UnreadableTable

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 20
PROGRESS_EVERY = 250
SHOWN = 40

_Record = tuple[int, Sequence[object], int]

Progress = Callable[[int, int], None]
"""Told now and then how much is done, of how much (bytes of a CSV, rows of a workbook)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its texts by column, and what keeps it from being read as such."""

    line: int
    cells: dict[str, str]
    problems: tuple[Problem, ...] = ()


class Table:
    """A table file whose header was checked; its rows can be read as often as needed.

    Text is only text, also where a spreadsheet would see a formula. Raises UnreadableTable: when
    built, for everything wrong with the header at once; while read, for a file that stops being a
    table (bytes that are not UTF-8, a quoted text that never ends).
    """

    def __init__(self, path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        self.path = path
        self._workbook = workbooks.looks_like_one(path)
        _, header, _ = next(self._records(), (0, (), 0))
        self.columns = _checked_header(header, required, optional)

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """The rows below the header, blank ones left out, one in memory at a time."""
        total = self.total if progress else 0
        records = self._records()
        next(records, None)
        for number, (line, record, done) in enumerate(records):
            if progress and number % PROGRESS_EVERY == 0:
                progress(min(done, total), total)
            yield self._row(line, record)
        if progress:
            progress(total, total)

    @property
    def total(self) -> int:
        """What progress counts up to: bytes of a CSV, rows of a workbook; 0 if it does not say."""
        return workbooks.row_count(self.path) if self._workbook else self.path.stat().st_size

    def _records(self) -> Iterator[_Record]:
        source = workbooks.records(self.path) if self._workbook else _csv_records(self.path)
        return (record for record in source if any(map(_filled, record[1])))

    def _row(self, line: int, record: Sequence[object]) -> Row:
        if reason := self._misfit(record):
            return Row(line, {}, (Problem(line, "", reason),))
        cells, problems = dict.fromkeys(self.columns, ""), []
        for column, value in zip(self.columns, record, strict=False):
            try:
                cells[column] = workbooks.cell_text(value)
            except NotText as error:
                problems.append(Problem(line, column, str(error)))
        return Row(line, cells, tuple(problems))

    def _misfit(self, record: Sequence[object]) -> str:
        given, wanted = len(record), len(self.columns)
        if any(map(_filled, record[wanted:])):
            return f"{given} cells under {wanted} columns: quote a text that holds the separator"
        if given < wanted and not self._workbook:
            return f"{given} cells under {wanted} columns: the line is cut short"
        return ""


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _csv_records(path: Path) -> Iterator[_Record]:
    try:
        with path.open("rb") as file:
            yield from _parsed(_Lines(file))
    except OSError as error:
        raise UnreadableTable([f"cannot be read: {error.strerror}"]) from error


def _parsed(lines: "_Lines") -> Iterator[_Record]:
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(_chained(first, lines), delimiter=_delimiter(first), strict=True)
    begins = lines.number
    try:
        for record in reader:
            yield begins, record, lines.done
            begins = lines.number + 1
    except csv.Error as error:
        raise UnreadableTable([f"line {begins}: {_plain_reason(error)}"]) from error


class _Lines:
    """The decoded lines of a file, and how many lines and bytes were read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.done = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.done += len(raw)
        if len(raw) > LONGEST_LINE:
            raise UnreadableTable([f"line {self.number} is too long for a table"])
        try:
            return (raw.removeprefix(BOM) if self.number == 1 else raw).decode()
        except UnicodeDecodeError as error:
            reason = f"line {self.number} is not UTF-8: save the file as CSV UTF-8, or as XLSX"
            raise UnreadableTable([reason]) from error


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _plain_reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "a quoted text begins here and never ends"
    if "expected after" in text:
        return "a quote inside a quoted text must be written twice"
    if "new-line" in text:
        return "lines must end with LF or CRLF"
    return text


def _checked_header(
    header: Sequence[object], required: Sequence[str], optional: Sequence[str]
) -> tuple[str, ...]:
    names = [_name(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableTable(["the file is empty: its first line names the columns"])
    known = {*required, *optional}
    distinct = list(dict.fromkeys(names))
    wrong = [f"column {name} is missing" for name in required if name not in names]
    wrong += ["a column has no name"] if "" in names else []
    wrong += [
        f"column {_short(name)} is unknown" for name in distinct if name and name not in known
    ]
    wrong += [
        f"column {_short(name)} is doubled" for name in distinct if name and names.count(name) > 1
    ]
    if wrong:
        raise UnreadableTable(wrong)
    return tuple(names)


def _name(cell: object) -> str:
    with suppress(NotText):
        return workbooks.cell_text(cell).strip().lower()
    return "?"


def _short(name: str) -> str:
    return name if name.isidentifier() and len(name) <= SHOWN else ascii(name[:SHOWN])
