"""A load that is killed, and a load beside people at work: nothing is lost, doubled or locked."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.models import LoanEvent
from finportal.services import audit
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Result
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.portfolio.payment_readers import PAYMENTS_A_TRANSACTION
from finportal.settings import Settings
from tests.portfolio import ANA, LOAN, ORDER, PAID, Lender, Line

ROOT = Path(__file__).parents[2]
COUNT = 6 * PAYMENTS_A_TRANSACTION
LONGEST_WAIT = 2.5


@pytest.fixture
def lender(db: Database, tmp_path: Path) -> Lender:
    """A lender with one loan."""
    lender = Lender(db, tmp_path)
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN)
    return lender


@pytest.fixture
def lines() -> list[Line]:
    """Many payments, and the reversals of some of them."""
    paid = [PAID | {"receipt": f"K-{number:06d}"} for number in range(COUNT)]
    backs = [
        line | {"receipt": f"B{line['receipt']}", "reverses": line["receipt"]}
        for line in paid[:: COUNT // 10]
    ]
    return [*backs, *paid]


@pytest.fixture
def started(settings: Settings, database_url: str) -> Callable[[Path], subprocess.Popen[bytes]]:
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
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "load", "payments"]

    def start(path: Path) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [*command, str(path)], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet
        )

    return start


def _count(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(LoanEvent.id))) or 0


def test_a_killed_load_is_completed_by_the_next(
    lender: Lender, lines: list[Line], started: Callable[[Path], subprocess.Popen[bytes]]
) -> None:
    process = started(lender.file(PAYMENTS, lines))
    until = time.monotonic() + 60
    while not _count(lender.db) and time.monotonic() < until:
        time.sleep(0.005)
    process.kill()
    process.wait()
    kept = _count(lender.db)
    assert 0 < kept < len(lines)
    again = lender.load(PAYMENTS, *lines)
    assert again == Result(read=len(lines), added=len(lines) - kept, unchanged=kept)
    assert _count(lender.db) == len(lines)
    assert lender.load(PAYMENTS, *lines) == Result(read=len(lines), unchanged=len(lines))


def test_people_at_work_beside_a_load_never_fail_and_wait_little(
    lender: Lender, lines: list[Line], database_url: str
) -> None:
    other, over = Database(database_url), Event()

    def work() -> list[float]:
        waits = []
        while not over.is_set():
            begun = time.monotonic()
            with other.write() as session:
                audit.record(session, "looked", ORDER.around)
            waits.append(time.monotonic() - begun)
            time.sleep(0.002)
        return waits

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(work)
        try:
            result = lender.load(PAYMENTS, *lines)
        finally:
            over.set()
        waits = waiting.result()
    other.dispose()
    assert result.added == len(lines)
    assert len(waits) >= 5
    assert max(waits) < LONGEST_WAIT
