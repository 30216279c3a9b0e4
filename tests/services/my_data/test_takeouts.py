"""A copy of one's data: asked for once, made, told of, kept a day, and gone."""

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from finportal.adapters.bundles import Bundles
from finportal.adapters.letter import Letter
from finportal.models import AuditEvent, Takeout
from finportal.models.accounts import SUSPENDED
from finportal.models.takeouts import ASKED, EXPIRED, FAILED, READY
from finportal.services.errors import TooMany
from finportal.services.my_data import takeouts
from finportal.services.my_data.takeouts import Held, Maker, Standing
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import State
from tests.services.my_data.scene import visit_of


class Counter:
    """Where copies are asked for, made and handed out."""

    def __init__(self, portal: Portal, people: People, person: Person) -> None:
        self._portal, self.people, self._person = portal, people, person
        self.maker: Maker = portal.copies

    def ask(self, **visit: Any) -> bool:
        """Ask for a copy."""
        asking = visit_of(self._person, self._portal, **visit)
        return takeouts.ask(self._portal.db, self._portal.vault, asking, self.people.around())

    def work(self) -> int:
        """What the worker does."""
        return takeouts.work(self.maker, self._portal.clock, self.people.around())

    def take(self, person: Person | None = None, **visit: Any) -> Standing | None:
        """Take the copy that is ready."""
        taking = visit_of(person or self._person, self._portal, **visit)
        with self._portal.db.writing() as link:
            return takeouts.taken(link, taking, self.people.around())

    @property
    def state(self) -> str | None:
        """How the last copy stands."""
        with self._portal.db.reading() as link:
            customer_id, now = self._person.customer_id, self._portal.clock()
            found = takeouts.standing(link, customer_id, now)
        return found.state if found else None

    @property
    def folder(self) -> Path:
        """Where copies lie."""
        return self._portal.settings.instance / "my-data"

    @property
    def files(self) -> list[Path]:
        """What lies there."""
        return sorted(self.folder.glob("*"))


@pytest.fixture
def marta(people: People) -> Person:
    """A customer without a credit: her copy is made at once."""
    return people.active()


@pytest.fixture
def counter(portal: Portal, people: People, marta: Person) -> Counter:
    return Counter(portal, people, marta)


def test_from_asking_to_gone(
    counter: Counter,
    marta: Person,
    clock: Clock,
    state: State,
    posted: Callable[..., list[Letter]],
) -> None:
    assert (counter.state, counter.ask(), counter.state) == (None, True, ASKED)
    assert (counter.take(), counter.files) == (None, [])
    assert (counter.work(), counter.state) == (1, READY)
    [path] = counter.files
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    taken = counter.take()
    assert taken
    assert (f"{taken.name}.zip", taken.size) == (path.name, path.stat().st_size)
    [letter] = posted("my_data_ready")
    assert letter.to == marta.email
    assert taken.name not in str(letter.values)
    assert counter.take(counter.people.active()) is None
    clock.forward(hours=24)
    assert (counter.state, counter.take()) == (EXPIRED, None)
    assert (counter.work(), counter.files) == (0, [])
    assert [row.state for row in state.all(Takeout)] == [EXPIRED]
    assert [row.kind for row in state.all(AuditEvent)] == [
        "my_data_asked",
        "my_data_ready",
        "my_data_taken",
    ]


def test_one_at_a_time_even_for_two_at_once(
    counter: Counter, state: State, at_once: Callable[..., list[Any]]
) -> None:
    answers = at_once(counter.ask, 3)
    assert sorted(map(str, answers)) == ["False", "False", "True"]
    assert state.count(Takeout) == 1


def test_three_a_day_and_asking_anew_ends_the_one_before(counter: Counter, clock: Clock) -> None:
    for _ in range(3):
        assert counter.ask()
        counter.work()
        assert len(counter.files) == 1
    with pytest.raises(TooMany):
        counter.ask()
    assert counter.take()
    clock.forward(days=1)
    assert counter.ask()
    assert counter.take() is None


def test_a_held_account_neither_asks_nor_takes(counter: Counter, clock: Clock) -> None:
    held = {"held_until": clock() + timedelta(hours=1)}
    with pytest.raises(Held):
        counter.ask(**held)
    assert counter.state is None
    counter.ask()
    counter.work()
    with pytest.raises(Held):
        counter.take(**held)
    clock.forward(hours=1)
    assert counter.take(**held)


def test_what_fails_is_tried_three_times_and_then_may_be_asked_again(
    counter: Counter, clock: Clock, tmp_path: Path, state: State
) -> None:
    (tmp_path / "blocked").touch()
    counter.maker = Maker(
        counter.maker.db, counter.maker.vault, Bundles(tmp_path / "blocked"), ("", "")
    )
    counter.ask()
    for expected in (ASKED, ASKED, FAILED):
        assert counter.work() == 0
        assert (counter.work(), counter.state) == (0, expected)
        clock.forward(minutes=1)
    assert [row.tries for row in state.all(Takeout)] == [3]
    assert counter.ask()


def test_what_a_killed_worker_left_is_erased_and_who_was_suspended_is_not_written_to(
    counter: Counter,
    marta: Person,
    clock: Clock,
    state: State,
    posted: Callable[..., list[Letter]],
) -> None:
    counter.ask()
    state.change(marta.account_id, state=SUSPENDED)
    [row] = state.all(Takeout)
    counter.folder.mkdir()
    (counter.folder / f".{row.name}.99").touch()
    (counter.folder / ".forgotten.99").touch()
    assert counter.work() == 1
    assert posted() == []
    assert [path.name for path in counter.files] == [f".{row.name}.99", f"{row.name}.zip"]
    clock.forward(days=1)
    counter.work()
    assert counter.files == []
