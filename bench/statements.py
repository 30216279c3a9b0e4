"""Measures the month end: statements issued, against bare replays and bare inserts.

    .venv/bin/python -m bench.statements [--credits 2000] [--rounds 3]

A book of credits that were paid on time, 24 instalments each, in a database of its own. Each round
measures on the process's CPU clock: `issued`, the month end itself, all included; `replays`, the
same credits read and replayed once to the same day and nothing else; and `inserts`, the facts
that were issued put into an equal table by one executemany of the bare sqlite3 module. The last two
are the floor: no month end can be faster than reading, one replay and storing.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from sqlalchemy import select

from finportal.adapters import bulk, schema
from finportal.adapters.database import _SQLITE_PRAGMAS, Database
from finportal.adapters.secrets import Vault
from finportal.commands.collecting import collecting_rarely
from finportal.lender import Lender
from finportal.lending.due_dates import due_date
from finportal.models import Customer, Loan, LoanEvent, RateCap
from finportal.services import terms_versions
from finportal.services.contracts import contract_text
from finportal.services.documents import month_end, subject
from finportal.services.documents.month_end import Office
from finportal.services.documents.subject import Subject
from finportal.services.payment_ledger import COLUMNS
from finportal.settings import Settings

PAID = 24
MONTHS = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SEED = 7
GOAL = 300


def build(folder: Path, count: int) -> Database:
    """A database with so many credits of one customer, each paid on its due dates."""
    db = Database(f"sqlite:///{folder / 'finportal.db'}")
    schema.upgrade(db)
    random = Random(SEED)  # noqa: S311
    with db.write() as session:
        session.add(
            Customer(
                id=1,
                id_type="CC",
                id_number="1000000007",
                kind="natural",
                name="Persona Inventada",
                email="persona@correo.example",
                mobile="3000000000",
                loaded_at=NOW,
            )
        )
        for month in range(12 * 5):
            first = due_date(date(2022, 1, 1), 1, month)
            last = date.fromordinal(due_date(first, 1, 1).toordinal() - 1)
            cap = f"0.{random.randrange(2400, 3000)}"
            session.add(
                RateCap(valid_from=first, valid_to=last, ibc_ea="0.17", cap_ea=cap, recorded_at=NOW)
            )
        session.flush()
        for number in range(count):
            _add_loan(session, random, number)
    _pay(db)
    return db


def _add_loan(session: object, random: Random, number: int) -> None:
    begun = date(2024, 10, random.randrange(1, 28))
    values = {
        "loan_number": f"V-{number}", "customer_id": 1, "product": "Vehículo nuevo",
        "principal": random.randrange(200, 900) * 10_000_000, "disbursed_on": begun,
        "first_due_on": due_date(begun, begun.day, 1), "term": random.choice((48, 60, 72)),
        "rate_ea": f"0.{random.randrange(1700, 2300)}", "insurance_rate": "0.0006",
        "plate": f"ABC{number % 1000:03d}", "make": "Renault", "model": "Logan",
        "model_year": 2024, "status": "active", "loaded_at": NOW,
    }  # fmt: skip
    session.add(Loan(**values))  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    terms_versions.keep(session, {f"V-{number}": contract_text(values)}, NOW)  # type: ignore[arg-type]


def _pay(db: Database) -> None:
    with db.reading() as link:
        ids = link.execute(select(Loan.id)).scalars().all()
    for first in range(0, len(ids), month_end.CREDITS_A_TRANSACTION):
        with db.write() as session:
            some = ids[first : first + month_end.CREDITS_A_TRANSACTION]
            rows = [row for about in subject.many(session, some, NOW) for row in _paid(about)]
            bulk.insert_all(session, LoanEvent, COLUMNS, rows)


def _paid(about: Subject) -> Iterator[tuple[object, ...]]:
    credit, at = about.credit, bulk.moment(NOW)
    for row in credit.state(credit.contract.begins).rows[:PAID]:
        receipt = f"R-{credit.loan_id}-{row.number}"
        plain = (credit.loan_id, "payment", row.due_date.isoformat(), row.total, "pse", None)
        yield (*plain, "payments", receipt, at)


def cpu(work: Callable[[], object]) -> float:
    """The seconds of this process's own time."""
    before = time.process_time()
    work()
    return time.process_time() - before


def issue(office: Office, month: date) -> None:
    """The month end as the command runs it."""
    with collecting_rarely():
        month_end.issue(office, month, report=print)


def replays(db: Database, ids: list[int]) -> None:
    """Each credit read and replayed once."""
    size = month_end.CREDITS_A_TRANSACTION
    for first in range(0, len(ids), size):
        with db.reading() as link:
            for about in subject.many(link, ids[first : first + size], NOW):
                about.credit.state(date(2026, 10, 15))


def inserts(source: Path, folder: Path) -> Callable[[], None]:
    """The issued rows into an equal table of an empty database."""
    with sqlite3.connect(source) as read:
        (table,) = read.execute("SELECT sql FROM sqlite_master WHERE name = 'issued_documents'")
        rows = read.execute("SELECT * FROM issued_documents").fetchall()
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in _SQLITE_PRAGMAS:
        bare.execute(pragma)
    bare.execute("PRAGMA foreign_keys=OFF")
    bare.execute("DROP TABLE IF EXISTS issued_documents")
    bare.execute(table[0])
    marks = ", ".join("?" * len(rows[0]))

    def insert() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(f"INSERT INTO issued_documents VALUES ({marks})", rows)  # noqa: S608
        bare.execute("COMMIT")

    return insert


def main() -> None:
    """Build, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--credits", type=int, default=2_000)
    parser.add_argument(
        "--rounds", type=int, default=len(MONTHS), choices=range(1, len(MONTHS) + 1)
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = build(folder, given.credits)
        keys = {name: name[0] * 40 for name in ("secret_key", "image_key", "mail_key", "pepper")}
        office = Office(db, Vault(Settings(mode="demo", **keys)), Lender(), lambda: NOW)
        ids = list(range(1, given.credits + 1))
        speeds: dict[str, list[float]] = {"issued": [], "replays": [], "inserts": []}
        for number, month in enumerate(MONTHS[: given.rounds], start=1):
            times = {
                "replays": cpu(lambda: replays(db, ids)),
                "issued": cpu(lambda: issue(office, month)),  # noqa: B023
            }
            times["inserts"] = cpu(inserts(folder / "finportal.db", folder)) / number
            for what, seconds in times.items():
                speeds[what].append(given.credits / seconds)
        report(speeds)
        db.dispose()


def report(speeds: dict[str, list[float]]) -> None:
    """Credits a second of CPU, the median of the rounds, and the share of the floor."""
    middle = {what: statistics.median(found) for what, found in speeds.items()}
    floor = 1 / (1 / middle["replays"] + 1 / middle["inserts"])
    for what, speed in middle.items():
        print(f"{what:<8} {speed:>8.0f} a second")
    print(f"floor    {floor:>8.0f} a second: issued at {middle['issued'] / floor:.2f} of it")
    print(f"goal     {GOAL:>8} a second: {'met' if middle['issued'] >= GOAL else 'MISSED'}")


if __name__ == "__main__":
    main()
