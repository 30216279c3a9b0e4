"""CSV files in UTF-8: records with the line each begins on, read fast where the file is plain."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from finportal.adapters.table_problems import UnreadableTable

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 20
PROGRESS_EVERY = 250
_BLOCK = 1 << 16

Record = tuple[int, list[str]]
"""The line a record begins on, and its cells."""

Told = Callable[[int], None]
"""Told now and then how many bytes are done."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one glance over a file's bytes tells.

    `short`: no line is so long that it must be read with care. `plain`: besides, the text is UTF-8
    and holds neither quotes nor lonely carriage returns, so that nothing can go wrong in reading.
    """

    short: bool
    plain: bool


WITH_CARE = Look(short=False, plain=False)


def look(path: Path) -> Look:
    """Glance over the whole file. Raises UnreadableTable if it cannot be opened."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    short = plain = True
    try:
        with path.open("rb") as file:
            for block in iter(partial(file.read, _BLOCK), b""):
                short = short and (b"\n" in block or len(block) < _BLOCK)
                plain = plain and b'"' not in block
                plain = plain and block.count(b"\r") == block.count(b"\r\n")
                plain = plain and _decodes(decode, block)
            plain = plain and _decodes(partial(decode, final=True), b"")
    except OSError as error:
        raise UnreadableTable([f"cannot be read: {error.strerror}"]) from error
    return Look(short, short and plain)


def _decodes(decode: Callable[[bytes], str], block: bytes) -> bool:
    try:
        decode(block)
    except UnicodeDecodeError:
        return False
    return True


def records(path: Path, *, short: bool, told: Told | None = None) -> Iterator[Record]:
    """Every record, the header and blank ones included. Raises UnreadableTable.

    `short` as `look` saw it: long lines are read one by one, up to LONGEST_LINE.
    """
    if not short:
        yield from _careful_records(path, told)
        return
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", newline="\n") as file:
            skipped, first = _first_filled(file)
            reader = csv.reader(chain([first], file), delimiter=_delimiter(first), strict=True)
            begins = skipped + 1
            for number, record in enumerate(reader):
                yield begins, record
                begins = skipped + reader.line_num + 1
                if told and number % PROGRESS_EVERY == 0:
                    told(raw.tell())
    except OSError as error:
        raise UnreadableTable([f"cannot be read: {error.strerror}"]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        for _ in _careful_records(path):
            pass
        raise UnreadableTable([str(error)]) from error


def _first_filled(lines: Iterator[str]) -> tuple[int, str]:
    for skipped, line in enumerate(lines):
        if line.strip():
            return skipped, line
    return 0, ""


def _careful_records(path: Path, told: Told | None = None) -> Iterator[Record]:
    """The same records, slower, and with the reason on the line where reading fails."""
    try:
        with path.open("rb") as file:
            lines = _Lines(file)
            for number, record in enumerate(_parsed(lines)):
                yield record
                if told and number % PROGRESS_EVERY == 0:
                    told(lines.done)
    except OSError as error:
        raise UnreadableTable([f"cannot be read: {error.strerror}"]) from error


def _parsed(lines: "_Lines") -> Iterator[Record]:
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
    begins = lines.number
    try:
        for record in reader:
            yield begins, record
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
