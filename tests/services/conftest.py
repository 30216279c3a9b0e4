"""What the tests of the use cases share: opened letters, threads, a vault that gets interrupted."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import OutboxMail
from finportal.services import cases
from finportal.services.visits import CurrentVisit
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.portfolio import Lender, with_loans
from tests.services.enrolling import CITIES, OTHER, Counter, Hall
from tests.services.hands import Bag, Busy, Desk, Door, PostOffice, Recovery, State


@pytest.fixture
def vault(portal: Portal) -> CountingVault:
    """The portal's vault, which counts."""
    assert isinstance(portal.vault, CountingVault)
    return portal.vault


@pytest.fixture
def posted(db: Database, vault: CountingVault) -> Callable[..., list[Letter]]:
    """The letters in the outbox, opened, oldest first; of one kind when asked."""

    def open_all(kind: str | None = None) -> list[Letter]:
        with db.read() as session:
            rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        return [
            Letter(row.kind, row.recipient, row.locale, vault.unseal(row.values_sealed))
            for row in rows
            if row.values_sealed and kind in {None, row.kind}
        ]

    return open_all


@pytest.fixture
def state(db: Database) -> State:
    """The database seen directly."""
    return State(db)


@pytest.fixture
def door(db: Database, vault: CountingVault, people: People) -> Door:
    """The sign-in."""
    return Door(db, vault, people)


@pytest.fixture
def new_customer(people: People, posted: Callable[..., list[Letter]]) -> Callable[..., Person]:
    """Somebody who registered and read the provisional password in the letter."""

    def register(**changed: object) -> Person:
        person = people.registered(**changed)
        person.password = posted("credentials")[-1].values["password"]
        return person

    return register


@pytest.fixture
def meanwhile(settings: Settings) -> Callable[[Callable[[], object]], Busy]:
    """Make a vault during whose work something else happens."""
    return lambda event: Busy(settings, event)


@pytest.fixture
def at_once() -> Iterator[Callable[[Callable[[], object], int], list[Any]]]:
    """Call a function from so many threads at the same moment; results or exceptions, in order."""
    pools: list[ThreadPoolExecutor] = []

    def run(function: Callable[[], object], times: int) -> list[Any]:
        barrier = Barrier(times)

        def together() -> object:
            barrier.wait(timeout=30)
            return function()

        pool = ThreadPoolExecutor(times)
        pools.append(pool)
        done: list[Future[object]] = [pool.submit(together) for _ in range(times)]
        return [one.exception() or one.result() for one in done]

    yield run
    for pool in pools:
        pool.shutdown()


@pytest.fixture
def files_of_the_database(tmp_path: Path) -> Callable[[], bytes]:
    """Every byte of the databases in the instance folder, write-ahead logs included."""

    def read() -> bytes:
        found = sorted(tmp_path.glob("*.db*"))
        assert found
        return b"".join(path.read_bytes() for path in found)

    return read


@pytest.fixture
def office(
    db: Database, vault: CountingVault, people: People, posted: Callable[..., list[Letter]]
) -> Recovery:
    return Recovery(db, vault, people, posted)


@pytest.fixture
def lender(db: Database, tmp_path: Path) -> Lender:
    """A lender with two loans, on each kind of database."""
    return with_loans(Lender(db, tmp_path))


@pytest.fixture
def marta(people: People) -> Person:
    """A customer with an account, a credit and a car."""
    person = people.active(name="Marta Lucía Rojas", mobile="3104445566")
    people.loan(person, plate="KLM456", model="Duster")
    return person


@pytest.fixture
def desk(db: Database, vault: CountingVault, people: People, clock: Clock) -> Desk:
    """Where a password, an image and a phrase are chosen."""
    return Desk(db, vault, people, clock)


@pytest.fixture
def visit(desk: Desk, door: Door, marta: Person) -> CurrentVisit:
    """That customer's open session."""
    return desk.seat(door.open(marta))


@pytest.fixture
def post_office(db: Database, vault: CountingVault, clock: Clock) -> PostOffice:
    """The outbox with a postman who does as he is told."""
    return PostOffice(db, vault, clock, Bag())


@pytest.fixture
def hall(db: Database, vault: CountingVault, people: People) -> Hall:
    """A book of nine, and one of its customers."""
    person = people.customer(city="Bogotá")
    people.loan(person)
    for n, city in enumerate(CITIES):
        people.loan(
            people.customer(city=city),
            make=f"Marca {n}",
            disbursed_on=date(2024, n + 1, 3),
            first_due_on=date(2024, n + 2, 5),
            principal=(15 + 5 * n) * 100_000_000,
        )
    return Hall(db, vault, people, person)


@pytest.fixture
def counter(
    db: Database, vault: CountingVault, people: People, posted: Callable[..., list[Letter]]
) -> Counter:
    return Counter(db, vault, people, posted)


@pytest.fixture
def opened(counter: Counter, people: People) -> Person:
    """Somebody whose request to use another address waits for staff."""
    person = people.customer()
    visit = counter.seat(counter.begin(person))
    cases.open_case(counter.db, counter.vault, visit, OTHER, people.around())
    return person
