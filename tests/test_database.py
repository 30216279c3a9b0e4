"""The database: writers queue, readers cannot write, nothing acknowledged is lost."""

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from finportal.adapters import schema
from finportal.adapters.database import Database
from finportal.models import Account, Bucket
from finportal.settings import Settings
from tests.doubles import Clock
from tests.factories import People

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def tally(db: Database, clock: Clock) -> Iterator[Database]:
    """A database with one row to count in."""
    with db.write() as session:
        session.add(Bucket(key="tally", count=0, expires_at=clock()))
    return db


def counted(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(Bucket.count)).one()


@ON_SQLITE
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5_000),
        ("secure_delete", 1),
    ],
)
def test_every_connection_is_set_up_for_money(db: Database, pragma: str, value: object) -> None:
    for engine in db.engines:
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_eight_writers_reading_and_writing_lose_nothing(tally: Database) -> None:
    barrier = Barrier(8)

    def work(_: int) -> None:
        barrier.wait(timeout=30)
        for _turn in range(50):
            with tally.write() as session:
                row = session.scalars(select(Bucket).with_for_update()).one()
                row.count += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert counted(tally) == 400


@ON_SQLITE
def test_a_write_takes_its_place_in_the_queue_before_it_reads(tally: Database) -> None:
    path = str(tally.engine.url.database)
    rival = sqlite3.connect(path, timeout=0, isolation_level=None)
    with tally.write() as session:
        session.scalars(select(Bucket.count)).one()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            rival.execute("BEGIN IMMEDIATE")
    with tally.read() as session:
        session.scalars(select(Bucket.count)).one()
        rival.execute("BEGIN IMMEDIATE")
    rival.close()


def test_readers_see_the_last_commit_while_somebody_writes(tally: Database) -> None:
    with tally.write() as session:
        session.execute(update(Bucket).values(count=7))
        assert counted(tally) == 0
    assert counted(tally) == 7


@pytest.mark.parametrize("verb", ["insert", "update", "delete"])
def test_a_reader_cannot_write(tally: Database, verb: str) -> None:
    statement = {
        "insert": "INSERT INTO throttle_buckets SELECT 'other', count, expires_at"
        " FROM throttle_buckets",
        "update": "UPDATE throttle_buckets SET count = 9",
        "delete": "DELETE FROM throttle_buckets",
    }[verb]
    for door in (tally.read, tally.reading):
        with door() as link, pytest.raises(DBAPIError, match=r"(?i)read-?\s?only"):
            link.execute(text(statement))
    assert counted(tally) == 0


def test_an_error_takes_everything_back(tally: Database) -> None:
    def fail() -> None:
        with tally.write() as session:
            session.execute(update(Bucket).values(count=9))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert counted(tally) == 0
    with tally.write() as session:
        session.execute(update(Bucket).values(count=1))
    assert counted(tally) == 1


def test_without_a_session_it_is_one_transaction_too(tally: Database) -> None:
    def fail() -> None:
        with tally.writing() as link:
            link.execute(update(Bucket).values(count=9))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert counted(tally) == 0
    with tally.writing() as link:
        link.execute(update(Bucket).values(count=1))
    with tally.reading() as link:
        assert link.execute(select(Bucket.count)).scalar_one() == 1


def test_what_a_write_read_stays_usable_afterwards(db: Database, people: People) -> None:
    person = people.active()
    with db.write() as session:
        account = session.get_one(Account, person.account_id)
    assert account.email == person.email


def test_nothing_refers_to_what_does_not_exist(db: Database, people: People) -> None:
    person = people.active()
    with pytest.raises(IntegrityError), db.write() as session:
        session.execute(text("DELETE FROM customers"))
    with db.read() as session:
        assert session.get(Account, person.account_id)


@ON_SQLITE
def test_columns_keep_their_kind(tally: Database) -> None:
    with pytest.raises(IntegrityError, match="cannot store TEXT"), tally.write() as session:
        session.execute(text("UPDATE throttle_buckets SET count = 'many'"))


def test_a_moment_without_a_zone_is_refused_and_one_with_a_zone_comes_back_in_utc(
    tally: Database, clock: Clock
) -> None:
    naive = clock().replace(tzinfo=None)
    with pytest.raises(Exception, match="no time zone"), tally.write() as session:
        session.execute(update(Bucket).values(expires_at=naive))
    with tally.read() as session:
        kept = session.scalars(select(Bucket.expires_at)).one()
    assert (kept, kept.utcoffset()) == (clock(), clock().utcoffset())


@ON_SQLITE
def test_an_error_tells_the_log_no_values(db: Database, people: People) -> None:
    people.active()
    with pytest.raises(IntegrityError) as error, db.write() as session:
        session.add(
            Account(
                customer_id=1,
                email="marta@correo.example",
                state="active",
                locale="es_CO",
                password_hash="$argon2id$secret",
                password_changed_at=people.around().now,
                created_at=people.around().now,
            )
        )
    assert "$argon2id$" not in str(error.value)
    assert "marta@correo.example" not in str(error.value)


def test_the_files_are_their_owners_only(tmp_path: Path) -> None:
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.upgrade(fresh)
    with fresh.read() as session:
        session.execute(text("SELECT 1"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("fresh.db*")}
    fresh.dispose()
    assert modes == {"fresh.db": 0o600, "fresh.db-wal": 0o600, "fresh.db-shm": 0o600}


def test_two_processes_see_each_other(tally: Database, settings: Settings) -> None:
    other = Database(settings.database)
    with other.write() as session:
        session.execute(update(Bucket).values(count=3))
    other.dispose()
    assert counted(tally) == 3


def test_many_threads_that_read_on_always_see_the_newest(tally: Database) -> None:
    barrier, everybody = Barrier(20), range(20)

    def look(_: int) -> list[int]:
        seen = []
        for turn in range(2):
            barrier.wait(timeout=30)
            with tally.reading() as link:
                seen.append(link.execute(select(Bucket.count)).scalar_one())
            if barrier.wait(timeout=30) == 0 and turn == 0:
                with tally.write() as session:
                    session.execute(update(Bucket).values(count=7))
        return seen

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(look, everybody)) == [[0, 7]] * 20


def test_reading_again_after_everything_was_closed(tally: Database) -> None:
    for _ in range(2):
        with tally.reading() as link:
            assert link.execute(select(Bucket.count)).scalar_one() == 0
        tally.dispose()
