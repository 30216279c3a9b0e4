"""Measures the loading of a portfolio: ours, checks and all, against the bare sqlite3 module.

    .venv/bin/python -m bench.load [--share 0.1] [--rounds 3] [--full] [--folder FOLDER]

Both sides read the same three files into the same empty, migrated database with the same pragmas,
in turn, each in a process of its own that measures itself. The bare side reads with csv.reader and
inserts with one executemany and one transaction a file, without a single check. Seconds are those
of the loading alone; `cpu` is the process's own time, which other work on the machine moves less.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import portfolio
from finportal import create_app
from finportal.adapters import schema
from finportal.adapters.database import _SQLITE_PRAGMAS, Database
from finportal.commands.load import default_rejects, load_file
from finportal.services.contracts import CONTRACT_COLUMNS
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.settings import Settings

NAMES = ("customers", "loans", "payments")
NOW = "2026-11-23T15:00:00.000000+00:00"
DB = "finportal.db"
_PESOS = {"principal", "insurance_monthly", "balloon"}
_WHOLE = {"term", "model_year", "grace_months"}


def bare(folder: Path, files: dict[str, Path]) -> Iterator[tuple[str, Callable[[], None]]]:
    """The bare sqlite3 module: each file by one executemany."""
    db = sqlite3.connect(folder / DB, isolation_level=None)
    for pragma in _SQLITE_PRAGMAS:
        db.execute(pragma)
    for name, work in (
        ("customers", _bare_customers),
        ("loans", _bare_loans),
        ("payments", _bare_payments),
    ):
        yield name, lambda work=work, name=name: work(db, files[name])


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _insert(db: sqlite3.Connection, table: str, columns: list[str], rows: Iterator[object]) -> None:
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608


def _bare_customers(db: sqlite3.Connection, path: Path) -> None:
    rows = _rows(path)
    columns = [*next(rows), "loaded_at"]
    db.execute("BEGIN IMMEDIATE")
    _insert(db, "customers", columns, ([*(cell or None for cell in row), NOW] for row in rows))
    db.execute("COMMIT")


def _bare_loans(db: sqlite3.Connection, path: Path) -> None:
    rows = _rows(path)
    header = next(rows)
    plain = [name for name in header if name not in {"id_type", "id_number"}]
    owners = {(a, b): c for a, b, c in db.execute("SELECT id_type, id_number, id FROM customers")}
    contracts: dict[str, str] = {}

    def values() -> Iterator[list[object]]:
        for row in rows:
            cells: dict[str, object] = dict(zip(header, row, strict=True))
            owner = owners[cells.pop("id_type"), cells.pop("id_number")]  # type: ignore[index]
            for name in _PESOS:
                cells[name] = int(cells[name]) * 100 if cells[name] else None  # type: ignore[call-overload]
            for name in _WHOLE:
                cells[name] = int(cells[name]) if cells[name] else None  # type: ignore[call-overload]
            signed = {name: cells[name] for name in CONTRACT_COLUMNS if cells[name]}
            contracts[row[0]] = json.dumps(signed, sort_keys=True, separators=(",", ":"))
            yield [*(cells[name] or None for name in plain), owner, NOW]

    db.execute("BEGIN IMMEDIATE")
    _insert(db, "loans", [*plain, "customer_id", "loaded_at"], values())
    ids = db.execute("SELECT loan_number, id FROM loans").fetchall()
    terms = ((id_, 1, contracts[number], NOW) for number, id_ in ids)
    _insert(db, "loan_terms", ["loan_id", "version", "contract", "recorded_at"], terms)
    db.execute("COMMIT")


def _bare_payments(db: sqlite3.Connection, path: Path) -> None:
    rows = _rows(path)
    next(rows)
    ids = dict(db.execute("SELECT loan_number, id FROM loans").fetchall())
    backs: list[tuple[object, ...]] = []
    columns = ["loan_id", "kind", "value_date", "amount", "channel", "effect", "source"]
    columns += ["external_id", "recorded_at"]

    def values() -> Iterator[tuple[object, ...]]:
        for number, receipt, on, amount, channel, reverses, effect in rows:
            if reverses:
                backs.append((ids[number], on, channel, receipt, NOW, reverses))
                continue
            kind, cents = "prepayment" if effect else "payment", int(amount.replace(".", ""))
            plain = (ids[number], kind, on, cents, channel, effect or None)
            yield (*plain, "payments", receipt, NOW)

    db.execute("BEGIN IMMEDIATE")
    _insert(db, "loan_events", columns, values())
    db.executemany(
        "INSERT INTO loan_events (loan_id, kind, value_date, channel, source, external_id,"
        " recorded_at, reverses_id) VALUES (?, 'reversal', ?, ?, 'payments', ?, ?,"
        " (SELECT id FROM loan_events WHERE source = 'payments' AND external_id = ?))",
        backs,
    )
    db.execute("COMMIT")


def ours(folder: Path, files: dict[str, Path]) -> Iterator[tuple[str, Callable[[], None]]]:
    """The portal's own loading, as the command does it."""
    keys = {name: name[0] * 40 for name in ("secret_key", "image_key", "mail_key", "pepper")}
    settings = Settings(
        mode="demo", instance=folder, database_url=f"sqlite:///{folder / DB}", **keys
    )
    portal = create_app(settings).extensions["finportal"]
    for kind in (CUSTOMERS, LOANS, PAYMENTS):
        file = files[kind.name]
        yield kind.name, lambda kind=kind, file=file: _complete(portal, kind, file)


def _complete(portal: object, kind: object, file: Path) -> None:
    if not load_file(portal, kind, file, default_rejects(file)).complete:  # type: ignore[arg-type]
        raise RuntimeError("the files of a measurement must be good")


SIDES = {"bare": bare, "ours": ours}


def one_side(side: str, folder: Path, files: dict[str, Path]) -> None:
    """In a process of its own: load, and print seconds and memory as JSON."""
    times = {}
    for name, work in SIDES[side](folder, files):
        before = time.perf_counter(), time.process_time()
        work()
        times[name] = time.perf_counter() - before[0], time.process_time() - before[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "peak": peak}))


def measured(side: str, empty: Path, files: dict[str, Path]) -> dict[str, object]:
    """One side into a fresh copy of the empty database."""
    with tempfile.TemporaryDirectory(dir=empty.parent) as name:
        folder = Path(name)
        shutil.copy(empty, folder / DB)
        command = [sys.executable, "-m", "bench.load", "--side", side, "--folder", str(folder)]
        command += ["--files", str(files["loans"].parent)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return found


def empty_database(folder: Path) -> Path:
    """A migrated database without a row."""
    path = folder / "empty.db"
    path.unlink(missing_ok=True)
    db = Database(f"sqlite:///{path}")
    schema.upgrade(db)
    db.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def rows_of(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1


def main() -> None:
    """Generate, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--full", action="store_true", help="100,000, 200,000 and 2,000,000 rows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--files", type=Path)
    given = parser.parse_args()
    if given.side:
        one_side(given.side, given.folder, {name: given.files / f"{name}.csv" for name in NAMES})
        return
    share = 1.0 if given.full else given.share
    with tempfile.TemporaryDirectory() as name:
        folder = (given.folder or Path(name)) / f"share-{share}"
        folder.mkdir(parents=True, exist_ok=True)
        files = portfolio.write(folder, share)
        rounds = []
        for _ in range(given.rounds):
            rounds.append({side: measured(side, empty_database(folder), files) for side in SIDES})
            report(rounds[-1:], files)
        print("median:")
        report(rounds, files)


def report(rounds: list[dict[str, dict[str, object]]], files: dict[str, Path]) -> None:
    """Rows a second of both sides, by file and overall, the ratios and the peaks."""
    counts = {name: rows_of(path) for name, path in files.items()}
    for what, names in [*((name, [name]) for name in NAMES), ("overall", list(NAMES))]:
        rows = sum(counts[name] for name in names)
        speeds = {
            side: [
                statistics.median(rows / _sum(one[side], names, at) for one in rounds)
                for at in (0, 1)
            ]
            for side in SIDES
        }
        ratios = [speeds["ours"][at] / speeds["bare"][at] for at in (0, 1)]
        print(
            f"{what:<10} {rows:>9} rows  bare {speeds['bare'][0]:>8.0f}/s  ours "
            f"{speeds['ours'][0]:>8.0f}/s  ratio {ratios[0]:.2f} (cpu {ratios[1]:.2f})"
        )
    peaks = {side: max(one[side]["peak"] for one in rounds) for side in SIDES}  # type: ignore[type-var]
    print(f"peak memory: bare {peaks['bare']:.0f} MB, ours {peaks['ours']:.0f} MB", flush=True)


def _sum(side: dict[str, object], names: list[str], at: int) -> float:
    times: dict[str, list[float]] = side["times"]  # type: ignore[assignment]
    return sum(times[name][at] for name in names)


if __name__ == "__main__":
    os.environ.setdefault("FINPORTAL_MODE", "demo")
    main()
