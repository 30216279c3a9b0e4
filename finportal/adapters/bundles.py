"""ZIP files of tables, each as JSON and as CSV, written to disk row by row."""

import csv
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

from finportal.adapters.rejects import plain_cell
from finportal.adapters.sheets import Cell

ENDING = ".zip"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the bundle; amounts are Decimal pesos, moments carry their offset."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the bundle, with its ending in its name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file: bytes, and SHA-256 in hex."""

    size: int
    sha256: str


class Bundles:
    """ZIP files by name in a folder only its owner may read; each is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, parts: Iterable[Table | Words], at: datetime) -> Written:
        """Write a bundle in the place of one of this name; memory holds a row at a time.

        `at`: the moment its entries bear. Raises OSError, and whatever reading `parts` raises.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}.{os.getpid()}"
        try:
            handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
                    for part in parts:
                        self._add(bundle, part, at)
                file.flush()
                os.fsync(file.fileno())
                written = _measured(file)
            unfinished.replace(self._path(name))
        finally:
            unfinished.unlink(missing_ok=True)
        return written

    def open(self, name: str) -> IO[bytes] | None:
        """The bundle of this name, to be read and closed; None when there is none."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            return None

    def sweep(self, wanted: Callable[[], Collection[str]]) -> int:
        """Erase all bundles but the wanted, finished or not; how many. Raises OSError.

        `wanted` is asked after the folder was listed, so that none begun meanwhile is erased.
        """
        paths = list(self._folder.glob("*"))
        wanted_names, gone = set(wanted()), 0
        for path in paths:
            if path.name.removeprefix(".").partition(".")[0] not in wanted_names:
                with suppress(FileNotFoundError):
                    path.unlink()
                    gone += 1
        return gone

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"

    def _add(self, bundle: zipfile.ZipFile, part: Table | Words, at: datetime) -> None:
        if isinstance(part, Words):
            with _entry(bundle, part.name, at) as file:
                file.write(part.text.encode())
            return
        with tempfile.TemporaryFile(dir=self._folder) as sheet:
            with _entry(bundle, f"json/{part.name}.json", at) as file:
                _both(part, file, sheet)
            sheet.seek(0)
            with _entry(bundle, f"csv/{part.name}.csv", at) as file:
                while block := sheet.read(_BLOCK):
                    file.write(block)


def _entry(bundle: zipfile.ZipFile, name: str, at: datetime) -> IO[bytes]:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return bundle.open(info, "w", force_zip64=True)


def _both(table: Table, file: IO[bytes], sheet: IO[bytes]) -> None:
    """The rows as a list of JSON objects, and as a sheet beside it, in one pass."""
    text = io.TextIOWrapper(sheet, "utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.header)
    between = "[\n"
    for row in table.rows:
        values = dict(zip(table.header, map(_plain, row), strict=True))
        file.write((between + json.dumps(values, ensure_ascii=False)).encode())
        writer.writerow([_cell(cell) for cell in row])
        between = ",\n"
    file.write((between if between == "[\n" else "\n").encode() + b"]\n")
    text.flush()
    text.detach()


def _plain(cell: Cell) -> str | int | None:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def _cell(cell: Cell) -> str:
    """What a sheet shows: only words can be taken for a formula, numbers and days cannot."""
    if isinstance(cell, str):
        return plain_cell(cell)
    plain = _plain(cell)
    return "" if plain is None else str(plain)


def _measured(file: IO[bytes]) -> Written:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    for block in _blocks(file):
        digest.update(block)
        size += len(block)
    return Written(size, digest.hexdigest())


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
