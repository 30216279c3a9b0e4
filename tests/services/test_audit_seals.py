"""The trail's chain: every row sealed once, and whatever is changed afterwards found."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from finportal.adapters.database import Database
from finportal.models import AuditEvent, AuditSeal, AuditWaiting
from finportal.services import audit, audit_seals
from finportal.services.audit_seals import BEGINNING, Verified
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault, Statements
from tests.services.hands import State

COLUMNS = {
    "audit_events": ("at", "kind", "account_id", "customer_id", "network", "detail"),
    "audit_seals": ("event_id", "digest", "sealed_at"),
}
MANY_WRITERS = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
LATER = "2031-01-01T00:00:00.000000+00:00"


class Trail:
    """The trail, written, sealed, verified, and changed by whoever owns the database."""

    def __init__(self, db: Database, vault: CountingVault, clock: Clock) -> None:
        self.db, self._vault, self._clock = db, vault, clock
        self.on_sqlite = db.engine.dialect.name == "sqlite"

    def write(self, *details: str) -> None:
        with self.db.writing() as link:
            self.record(link, *details)

    def record(self, link: Connection, *details: str) -> None:
        around = Surroundings(self._clock(), "command", "", "")
        for detail in details:
            audit.record(link, "k", around, detail=detail)

    def seal(self, most: int | None = None) -> int:
        return audit_seals.seal(self.db, self._vault, self._clock(), most)

    def head(self) -> str:
        with self.db.reading() as link:
            return audit_seals.head(link).digest

    def verify(self, **given: str) -> Verified:
        return audit_seals.verify(self.db, self._vault, self._clock(), **given)

    @contextmanager
    def tampering(self) -> Iterator[Connection]:
        """A connection that no trigger and no key holds back, as an owner's would be."""
        with self.db.engine.connect() as connection:
            cursor = connection.connection.cursor()
            if self.on_sqlite:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN")
                found = connection.exec_driver_sql(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                ).all()
                for name, _ in found:
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
                yield connection
                for _, sql in found:
                    connection.exec_driver_sql(sql)
                connection.commit()
                cursor.execute("PRAGMA foreign_keys=ON")
                return
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            connection.commit()

    def empty(self) -> None:
        with self.tampering() as connection:
            for table in ("audit_waiting", "audit_seals", "audit_events"):
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our names

    def ids(self) -> list[int]:
        with self.db.reading() as link:
            return list(link.execute(text("SELECT id FROM audit_events ORDER BY id")).scalars())

    def alter(self, table: str, row: int, column: str) -> None:
        """Another value in one column of one row."""
        other: object = {"at": LATER, "sealed_at": LATER, "event_id": 990, "account_id": 991}.get(
            column, 992 if column == "customer_id" else "other"
        )
        with self.tampering() as connection:
            statement = f"UPDATE {table} SET {column} = :other WHERE id = :row"  # noqa: S608 - our names
            connection.execute(text(statement), {"other": other, "row": row})

    def remove(self, table: str, row: int) -> None:
        with self.tampering() as connection:
            connection.execute(text(f"DELETE FROM {table} WHERE id = :row"), {"row": row})  # noqa: S608 - our names

    def swap(self, table: str, one: int, two: int) -> None:
        """Two rows take each other's number."""
        with self.tampering() as connection:
            for old, new in ((one, -1), (two, one), (-1, two)):
                statement = f"UPDATE {table} SET id = :new WHERE id = :old"  # noqa: S608 - our names
                connection.execute(text(statement), {"old": old, "new": new})


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database without a portal around it."""
    db = Database(database_url)
    yield db
    db.dispose()


@pytest.fixture
def vault(keys: Settings) -> CountingVault:
    return CountingVault(keys)


@pytest.fixture
def trail(db: Database, vault: CountingVault, clock: Clock) -> Trail:
    return Trail(db, vault, clock)


def test_rows_are_sealed_once_in_their_order(trail: Trail, state: State, clock: Clock) -> None:
    trail.write("a", "b")
    assert trail.seal() == 2
    clock.forward(minutes=1)
    trail.write("c")
    assert (trail.seal(), trail.seal()) == (1, 0)
    first, _, last = state.all(AuditSeal)
    assert [one.event_id for one in state.all(AuditSeal)] == trail.ids()
    assert last.sealed_at - first.sealed_at == timedelta(minutes=1)
    assert state.count(AuditWaiting) == 0
    assert trail.verify() == Verified(3, audit_seals.Seal(3, last.digest), None)


def test_no_release_may_change_how_a_row_is_sealed(trail: Trail) -> None:
    """The same on both databases: a seal of years ago must still be verified."""
    trail.write("«año»")
    trail.seal()
    assert trail.head() == "cedec8f055f058e90f202b20f046efd1fd960306fa57ba77437556cd3a12ae72"


def test_an_empty_trail_is_good_and_has_no_head(trail: Trail) -> None:
    assert trail.verify() == Verified(0, BEGINNING, None)


def test_verifying_seals_what_waits_first(trail: Trail, state: State) -> None:
    trail.write("a")
    assert trail.verify().rows == 1
    assert state.count(AuditSeal) == 1


def test_recording_costs_no_further_statement(trail: Trail, statements: Statements) -> None:
    trail.write("a")
    assert len(statements) == 1


def test_nothing_is_written_while_nothing_waits(trail: Trail, statements: Statements) -> None:
    trail.seal()
    assert [text.split()[0] for text in statements.texts] == ["SELECT"]


def test_a_round_seals_some_and_leaves_the_rest(trail: Trail) -> None:
    trail.write(*map(str, range(audit_seals.AT_ONCE + 3)))
    assert trail.seal(most=1) == audit_seals.AT_ONCE
    assert trail.seal(most=1) == 3


def test_a_row_that_was_rolled_back_leaves_no_gap(trail: Trail) -> None:
    def fail() -> None:
        with trail.db.writing() as link:
            trail.record(link, "lost")
            raise LookupError

    trail.write("a")
    with pytest.raises(LookupError):
        fail()
    trail.write("b")
    assert trail.verify().rows == 2


TABLES = st.sampled_from(sorted(COLUMNS))
CHANGES = st.one_of(
    st.tuples(st.just("alter"), TABLES.flatmap(
        lambda table: st.tuples(st.just(table), st.sampled_from(COLUMNS[table]))
    )),
    st.tuples(st.just("remove"), TABLES),
    st.tuples(st.just("swap"), TABLES),
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.integers(1, 3), min_size=2, max_size=3), change=CHANGES, data=st.data())
def test_any_change_to_what_was_sealed_is_found(
    trail: Trail, batches: list[int], change: tuple[str, Any], data: st.DataObject
) -> None:
    trail.empty()
    for number, batch in enumerate(batches):
        trail.write(*(f"{number} {n}" for n in range(batch)))
        trail.seal()
    assert trail.verify().fault is None
    events, (verb, what) = trail.ids(), change
    table, column = what if verb == "alter" else (what, "")
    rows = events if table == "audit_events" else list(range(1, len(events) + 1))
    row, other = data.draw(st.permutations(rows))[:2]
    changes: dict[str, Callable[[], None]] = {
        "alter": lambda: trail.alter(table, row, column),
        "remove": lambda: trail.remove(table, row),
        "swap": lambda: trail.swap(table, row, other),
    }
    changes[verb]()
    found = trail.verify()
    assert found.fault
    assert found.rows < len(events) or "kept from being sealed" in found.fault


FAULTS: list[tuple[Callable[[Trail, int], None], int, str]] = [
    (lambda t, row: t.alter("audit_events", row, "detail"), 1, "row {} is not what was sealed"),
    (lambda t, row: t.alter("audit_events", row, "at"), 1, "row {} is not what was sealed"),
    (lambda t, row: t.swap("audit_events", row, row + 1), 1, "row {} is not what was sealed"),
    (lambda t, row: t.remove("audit_events", row), 1, "row {} is missing (seal 2)"),
    (lambda t, _row: t.remove("audit_seals", 2), 1, "seal 2 is missing"),
    (lambda t, _row: t.remove("audit_seals", 3), 2, "was kept from being sealed"),
]


def test_the_first_row_that_differs_is_named(trail: Trail) -> None:
    for change, rows, fault in FAULTS:
        trail.empty()
        trail.write("a", "b", "c")
        trail.seal()
        second = trail.ids()[1]
        change(trail, second)
        found = trail.verify()
        assert fault.format(second) in (found.fault or "")
        assert found.rows == found.head.place == rows


def test_what_waits_cannot_be_taken_away_unseen(trail: Trail) -> None:
    trail.write("a", "b")
    trail.remove("audit_events", 1)
    assert trail.verify().fault == "row 1 is missing, and was not sealed yet"
    trail.empty()
    trail.write("c")
    with trail.tampering() as connection:
        connection.execute(text("DELETE FROM audit_waiting"))
    assert "was kept from being sealed" in (trail.verify().fault or "")


def test_a_head_that_was_kept_shows_what_was_taken_from_the_end(trail: Trail) -> None:
    trail.write("a", "b")
    trail.seal()
    kept = trail.head()
    trail.write("c")
    assert trail.verify(kept=kept) == Verified(3, trail.verify().head, None)
    for table in ("audit_seals", "audit_events"):
        for row in (2, 3):
            trail.remove(table, row)
    assert trail.verify().fault is None
    assert trail.verify(kept=kept).fault == f"no seal has the digest {kept}"


def test_a_trail_can_be_verified_from_a_head_on(trail: Trail) -> None:
    trail.write("a", "b")
    trail.seal()
    kept = trail.head()
    trail.write("c")
    trail.seal()
    trail.alter("audit_events", 1, "detail")
    assert trail.verify(since=kept, kept=kept).fault is None
    assert trail.verify(since=kept).rows == 1
    assert trail.verify(since="0" * 64).fault == f"no seal has the digest {'0' * 64}"


def test_who_owns_the_database_alone_cannot_seal_anew(
    trail: Trail, clock: Clock, keys: Settings
) -> None:
    trail.write("a")
    trail.seal()
    other = CountingVault(keys.model_copy(update={"pepper": type(keys.pepper)("q" * 40)}))
    with trail.tampering() as connection:
        connection.execute(text("DELETE FROM audit_seals"))
        connection.execute(text("INSERT INTO audit_waiting VALUES (1)"))
    audit_seals.seal(trail.db, other, clock())
    assert trail.verify().fault == "row 1 is not what was sealed (seal 1)"


@MANY_WRITERS
def test_a_row_that_commits_late_is_sealed_late(trail: Trail, state: State) -> None:
    with ExitStack() as slow:
        link = slow.enter_context(trail.db.writing())
        trail.record(link, "slow")
        trail.write("quick")
        assert trail.seal() == 1
        assert trail.verify().fault is None
    assert trail.seal() == 1
    assert [one.event_id for one in state.all(AuditSeal)] == [2, 1]
    assert trail.verify() == Verified(2, trail.verify().head, None)


@MANY_WRITERS
def test_nobody_who_records_waits_for_the_seals(trail: Trail) -> None:
    with trail.db.writing() as sealer:
        sealer.execute(text("LOCK TABLE audit_seals IN SHARE ROW EXCLUSIVE MODE"))
        trail.write("meanwhile")
    assert trail.verify().rows == 1


def test_writers_and_sealers_at_once_seal_each_row_once(
    trail: Trail, at_once: Callable[..., list[Any]], state: State
) -> None:
    turns = iter(range(6))

    def work() -> object:
        if next(turns) % 3 == 0:
            return [trail.seal() for _ in range(4)]
        return [trail.write("x", "y") for _ in range(10)]

    results = at_once(work, 6)
    assert not [one for one in results if isinstance(one, Exception)]
    trail.seal()
    assert sorted(one.event_id for one in state.all(AuditSeal)) == trail.ids()
    assert state.count(AuditEvent) == 80
    assert trail.verify() == Verified(80, trail.verify().head, None)
