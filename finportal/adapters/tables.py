"""Table files: CSV and XLSX read as a stream of rows, each a line number and texts by column."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from finportal.adapters import csv_files, workbooks
from finportal.adapters.csv_files import PROGRESS_EVERY
from finportal.adapters.table_problems import NotText, Problem, Row, UnreadableTable

SHOWN = 40

Line = tuple[int, Sequence[object]]
"""A line's number and its cells as the file holds them: texts in a CSV."""

Progress = Callable[[int, int], None]
"""Told now and then how much is done, of how much (bytes of a CSV, rows of a workbook)."""


class Table:
    """A table file whose header was checked; its rows can be read as often as needed.

    Text is only text, also where a spreadsheet would see a formula. Raises UnreadableTable: when
    built, for everything wrong with the header at once; while read, for a file that stops being a
    table (bytes that are not UTF-8, a quoted text that never ends).
    """

    def __init__(self, path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> None:
        self.path = path
        self._workbook = workbooks.looks_like_one(path)
        self._look = csv_files.WITH_CARE if self._workbook else csv_files.look(path)
        header = next((record for _, record in self._records() if any(map(_filled, record))), ())
        self.columns = _checked_header(header, required, optional)

    def check(self) -> None:
        """Make sure that all of it can be read. Raises UnreadableTable."""
        if not self._look.plain:
            for _ in self._records():
                pass

    def lines(self, progress: Progress | None = None) -> Iterator[Line]:
        """The lines below the header as they stand, blank ones too, one in memory at a time."""
        total = self.total if progress else 0
        told = (lambda done: progress(min(done, total), total)) if progress else None
        records = self._records(told)
        for _, record in records:
            if any(map(_filled, record)):
                break
        yield from records
        if progress:
            progress(total, total)

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """The rows below the header, blank ones left out, one in memory at a time."""
        for line, record in self.lines(progress):
            if row := self.row(line, record):
                yield row

    def row(self, line: int, record: Sequence[object]) -> Row | None:
        """What `lines` gave as texts by column; None if nothing stands there."""
        if not any(map(_filled, record)):
            return None
        if reason := self._misfit(record):
            return Row(line, {}, (Problem(line, "", reason),))
        cells, problems = dict.fromkeys(self.columns, ""), []
        for column, value in zip(self.columns, record, strict=False):
            try:
                cells[column] = workbooks.cell_text(value)
            except NotText as error:
                problems.append(Problem(line, column, str(error)))
        return Row(line, cells, tuple(problems))

    @property
    def total(self) -> int:
        """What progress counts up to: bytes of a CSV, rows of a workbook; 0 if it does not say."""
        return workbooks.row_count(self.path) if self._workbook else self.path.stat().st_size

    @property
    def only_texts(self) -> bool:
        """Whether every cell is a text: not in a workbook."""
        return not self._workbook

    def _records(self, told: csv_files.Told | None = None) -> Iterator[Line]:
        if not self._workbook:
            yield from csv_files.records(self.path, short=self._look.short, told=told)
            return
        for number, values in workbooks.records(self.path):
            yield number, values
            if told and number % PROGRESS_EVERY == 0:
                told(number)

    def _misfit(self, record: Sequence[object]) -> str:
        given, wanted = len(record), len(self.columns)
        if any(map(_filled, record[wanted:])):
            return f"{given} cells under {wanted} columns: quote a text that holds the separator"
        if given < wanted and not self._workbook:
            return f"{given} cells under {wanted} columns: the line is cut short"
        return ""


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


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
