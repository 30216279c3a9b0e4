"""The rejects file: what was wrong, a line a cell, made when there is something to say."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from finportal.adapters.table_problems import Problem

HEADER = ("line", "column", "reason")
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Appends problems to a CSV file (UTF-8, columns line, column, reason)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        self._file: TextIO | None = None

    def add(self, problem: Problem) -> None:
        """Write one problem; the first one creates the file. Raises OSError."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(HEADER)
        cells = (plain_cell(problem.column), plain_cell(problem.reason))
        csv.writer(self._file).writerow((problem.line, *cells))
        self.written += 1

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()


@contextmanager
def rejects_file(path: Path) -> Iterator[RejectsFile]:
    """A rejects file for one run; with nothing to say, an earlier run's is taken away.

    Raises OSError.
    """
    file = RejectsFile(path)
    try:
        yield file
    finally:
        file.close()
    if not file.written and _is_ours(path):
        path.unlink()


def plain_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def _is_ours(path: Path) -> bool:
    first = f"{','.join(HEADER)}\r\n".encode()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(first)) == first
