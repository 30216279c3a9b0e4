"""A month end that is killed again and again, and two at once: every credit exactly once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.models import DocumentSeries, IssuedDocument, OutboxMail
from finportal.services.documents import delivery, shelf
from finportal.services.documents.month_end import CREDITS_A_TRANSACTION
from finportal.services.documents.verification import verify
from finportal.settings import Settings
from tests.doubles import Clock
from tests.factories import People

ROOT = Path(__file__).parents[2]
COUNT = 2 * CREDITS_A_TRANSACTION + 7
MOST_ROUNDS = 4
TODAY = datetime(2026, 10, 6, 15, tzinfo=UTC)
COMMAND = f"""
from datetime import datetime
from flask.cli import FlaskGroup
from finportal import create_app
today = datetime.fromisoformat("{TODAY.isoformat()}")
run = FlaskGroup(create_app=lambda: create_app(clock=lambda: today))
run.main(["statements", "issue", "--month", "{TODAY:%Y-%m}"])
"""
"""The operator's command, with its clock at TODAY."""
Started = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def book(people: People, clock: Clock, db: Database) -> Database:
    """Many credits of one customer who wants mail, with October's instalment to come."""
    clock.now = TODAY
    people.caps()
    person = people.active()
    for _ in range(COUNT):
        people.loan(person, disbursed_on=date(2026, 8, 3), first_due_on=date(2026, 9, 15))
    with db.write() as session:
        delivery.choose(session, person.customer_id, delivery.MAIL, people.around())
    return db


@pytest.fixture
def started(settings: Settings, database_url: str) -> Iterator[Started]:
    """Start the operator's command in a process of its own."""
    names = ("secret_key", "image_key", "mail_key", "pepper")
    keys = {
        f"FINPORTAL_{name.upper()}": getattr(settings, name).get_secret_value() for name in names
    }
    environment = os.environ | keys | {
        "FINPORTAL_MODE": "demo",
        "FINPORTAL_INSTANCE": str(settings.instance),
        "FINPORTAL_DATABASE_URL": database_url,
    }  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def issued(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(IssuedDocument.id))) or 0


def complete(db: Database, settings: Settings) -> None:
    with db.read() as session:
        rows = session.scalars(select(IssuedDocument).order_by(IssuedDocument.number)).all()
        told = session.scalars(select(OutboxMail.document_id)).all()
        assert session.scalar(select(DocumentSeries.last_number)) == COUNT
    assert [row.number for row in rows] == list(range(1, COUNT + 1))
    assert len({row.loan_id for row in rows}) == COUNT
    assert sorted(id_ or 0 for id_ in told) == sorted(row.id for row in rows)
    for row in rows:
        assert row.digest == shelf.digest(row.series, row.number, row.code, row.facts)
    some = verify(db, settings.lender, 10, Random(1))  # noqa: S311
    assert {one.differences for one in some} == {()}


def test_a_month_end_killed_again_and_again_is_completed(
    book: Database, settings: Settings, started: Started
) -> None:
    random, kills = Random(7), 0  # noqa: S311
    for _ in range(MOST_ROUNDS):
        before = issued(book)
        process = started()
        while process.poll() is None and issued(book) == before:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.2))
        if process.poll() is not None:
            break
        process.kill()
        process.wait()
        kills += 1
        with book.read() as session:
            numbers = session.scalars(select(IssuedDocument.number)).all()
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert kills
    assert started().wait(60) == 0
    complete(book, settings)


def test_two_month_ends_at_once_issue_each_statement_once(
    book: Database, settings: Settings, started: Started
) -> None:
    assert [process.wait(120) for process in (started(), started())] == [0, 0]
    complete(book, settings)
