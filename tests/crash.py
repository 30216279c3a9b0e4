"""kill -9 while payments run: trials by hand or from a test, and what they leave behind.

A child process runs the real services against the fake gateway and takes its notifications; it says
what it has acknowledged. It is killed at a random moment, or dies at a named point of its work, is
started again, and in the end the database is compared with the bank.
"""

import logging
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select, text

from finportal import create_app
from finportal.adapters import schema
from finportal.adapters.database import Database
from finportal.models import GatewayNotification, HeldPayment, PaymentAttempt, Posting
from finportal.services.payments import journal_check, notices, polling
from finportal.services.payments.desk import Desk
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from tests.doubles import Clock
from tests.factories import People
from tests.gateways import KEYS, Bank
from tests.postgresql import Cluster

ROOT = Path(__file__).parent.parent
LEAST_LOANS = 30
"""Each kill may leave a payment in process, and only so many are begun beside those of a credit."""
PORTS = (15_000, 30_000)
ANY_MOMENT = "-"
POINTS = (
    ANY_MOMENT, "payment_attempts", ANY_MOMENT, "attempt_moves", ANY_MOMENT, "outbox", ANY_MOMENT,
    "gateway_notifications", ANY_MOMENT, "notification_verdicts", ANY_MOMENT, "loan_events",
    ANY_MOMENT, "postings", ANY_MOMENT, "journal_entries", ANY_MOMENT, "journal_lines", ANY_MOMENT,
    "held_payments", ANY_MOMENT, "commit",
)  # fmt: skip
"""When children die, in turn: at any moment, or inside a transaction, after a row of a table."""
LONGEST_LIFE = 0.2
"""Seconds that a child lives at most once it has begun to work."""


@dataclass
class Counts:
    """What was done, and every way in which it could have gone wrong."""

    kills: int = 0
    begun: int = 0
    told: int = 0
    posted: int = 0
    held: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, the books hold."""
        return not (self.lost or self.doubled or self.faults)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.begun} attempts and {self.told} notifications "
            f"acknowledged, {self.posted} posted, {self.held} held: {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {len(self.faults)} faults"
        )


class Nursery(AbstractContextManager["Nursery"]):
    """Where children come from: a process that has imported everything, for all databases."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "children.log"

    def __enter__(self) -> Self:
        with self._said.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash_child"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """It ends when nothing more is asked of it."""
        with self._process:
            pass

    def ask(self, *words: object) -> None:
        """Ask for a child that lives by these words."""
        assert self._process.stdin
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def hear(self) -> list[str]:
        """The next words that are told; none once it has ended."""
        assert self._process.stdout
        return self._process.stdout.readline().split()

    @property
    def complaint(self) -> str:
        """What went wrong, in its last words."""
        return self._said.read_text()[-2000:]


class Trials:
    """One database, one bank, and children that are killed one after another."""

    def __init__(self, folder: Path, database_url: str, seed: int, nursery: Nursery) -> None:
        self._random = random.Random(seed)  # noqa: S311 - moments, not secrets
        self._clock = Clock(datetime.now(UTC))
        self._folder, self._url = folder, database_url
        self.counts = Counts()
        self._nursery = nursery
        self._acknowledged: list[str] = []
        self._last = "-"

    def run(self, kills: int) -> Counts:
        """Kill so many children; then compare."""
        port = self._port()
        with Bank(self._folder, lambda: datetime.now(UTC), f"http://127.0.0.1:{port}") as bank:
            settings = Settings(mode="demo", instance=self._folder, database_url=self._url, **KEYS)
            app = create_app(settings, self._clock)
            portal = app.extensions["finportal"]
            schema.upgrade(portal.db)
            loans = max(LEAST_LOANS, kills)
            _credits(People(portal, self._clock), loans)
            for kill in range(kills):
                words = (self._url, bank.address, self._folder, port, loans)
                self._one(words, POINTS[kill % len(POINTS)])
            desk = Desk(portal.db, portal.vault, bank.gateway)
            self._recover(desk)
            self._compare(portal.db, bank)
            portal.db.dispose()
            portal.jobs.close()
        return self.counts

    def _port(self) -> int:
        """A free port that no outgoing connection is ever given, for each child in its turn."""
        while True:
            port = self._random.randrange(*PORTS)
            with suppress(OSError), socket.create_server(("127.0.0.1", port)):
                return port

    def _one(self, words: tuple[object, ...], point: str) -> None:
        """One child, from its start to its end: at a point of its work, or at any moment."""
        self._nursery.ask(*words, self._random.randrange(10**9), self._last, point)
        pid = self._hear("ready")
        if point == ANY_MOMENT:
            time.sleep(self._random.uniform(0, LONGEST_LIFE))
            os.kill(int(pid), signal.SIGKILL)
        self.counts.kills += 1
        assert int(self._hear("ended")) == -signal.SIGKILL, self._nursery.complaint

    def _hear(self, awaited: str) -> str:
        """Note what was tried and acknowledged until something is told; what it says."""
        while told := self._nursery.hear():
            if told[0] == awaited:
                return told[1]
            if told[0] == "begun":
                self._acknowledged.append(told[1])
            else:
                self._last = told[1]
        raise AssertionError(self._nursery.complaint)

    def _recover(self, desk: Desk) -> None:
        """What the worker does in the hours after."""
        for wait in (timedelta(minutes=3), timedelta(minutes=10), timedelta(hours=2)):
            self._clock.now = datetime.now(UTC) + wait
            around = Surroundings(now=self._clock(), network="worker", browser="", locale="")
            while notices.judge_waiting(desk, around):
                pass
            while polling.poll_due(desk, self._clock, around):
                pass

    def _compare(self, db: Database, bank: Bank) -> None:
        counts, real = self.counts, bank.flask.extensions["bank"]
        tries = {str(one.number): (deal, one) for deal in real.deals for one in deal.tries}
        with db.read() as session:
            references = set(session.scalars(select(PaymentAttempt.reference)))
            keys = Counter(session.scalars(select(Posting.source_key)))
            held = Counter(session.scalars(select(HeldPayment.source_key)))
            bodies = [bytes(body) for body in session.scalars(select(GatewayNotification.body))]
        counts.begun, counts.posted, counts.held = len(self._acknowledged), len(keys), len(held)
        counts.lost += [one for one in self._acknowledged if one not in references]
        for number, (deal, one) in tries.items():
            wanted = Counter({number: 1}) if one.said == "approved" else Counter()
            found = Counter({number: keys[number] + held[number]})
            if found[number] < wanted[number]:
                counts.lost.append(f"payment {number} of {deal.reference}")
            if found[number] > wanted[number]:
                counts.doubled.append(f"payment {number} of {deal.reference}")
        told = [one for one in real.notices if "200" in one.answers]
        counts.told = len(told)
        for notice in told:
            reference = notice.deal.reference.encode()
            if not any(reference in body for body in bodies):
                counts.lost.append(f"notification of {notice.deal.reference}")
        counts.faults += journal_check.check(db).faults
        counts.faults += _integrity(db)


def _credits(people: People, loans: int) -> None:
    people.caps((date(2010, 1, 1), date(2099, 12, 31), "0.3500"))
    person = people.customer()
    for number in range(loans):
        people.loan(
            person,
            loan_number=f"VH-{number}",
            principal=3_000_000_000,
            rate_ea="0.22",
            term=60,
            disbursed_on=date(2025, 10, 15),
            first_due_on=date(2025, 11, 15),
        )


def _integrity(db: Database) -> list[str]:
    if db.engine.dialect.name != "sqlite":
        return []
    with db.reading() as link:
        found: list[Any] = list(link.execute(text("PRAGMA integrity_check")).scalars())
        broken = link.execute(text("PRAGMA foreign_key_check")).all()
    return [str(one) for one in found if one != "ok"] + [str(one) for one in broken]


def main(kills: int = 200, seed: int = 0, url: str = "") -> int:
    """Run trials on each kind of database here is, or on one; 1 if anything went wrong."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with _folder() as folder, ExitStack() as stack:
        urls = [url] if url else [f"sqlite:///{folder / 'crash.db'}"]
        cluster = Cluster(stack.enter_context(_folder()))
        if not url and not cluster.missing:
            urls.append(stack.enter_context(cluster))
        nursery = stack.enter_context(Nursery(folder))
        return max(_told(Trials(folder, one, seed, nursery).run(kills), one) for one in urls)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="finportal-crash-") as name:
        yield Path(name)


def _told(counts: Counts, url: str) -> int:
    print(f"{url.partition(':')[0].partition('+')[0]}: {counts}")  # noqa: T201 - a command's answer
    for problem in [*counts.lost, *counts.doubled, *counts.faults]:
        print(problem)  # noqa: T201
    return 0 if counts.good else 1


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(int(given[0]) if given else 200, *map(int, given[1:2]), *given[2:3]))
