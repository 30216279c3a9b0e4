"""Sessions: how long they live, who ends them, and what is kept of where they come from."""

from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.models import Visit
from finportal.models.accounts import ACTIVE, SUSPENDED
from finportal.services import devices, visits
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import State


class Browser:
    """One session, as its cookie sees it."""

    def __init__(self, db: Database, people: People, clock: Clock) -> None:
        self._db, self._people, self._clock = db, people, clock
        self.token = ""

    def give(self, email: str) -> "Browser":
        with self._db.write() as session:
            self.token = visits.begin(session, email, self._people.around())
        return self

    def enter(
        self,
        person: Person,
        state: State,
        stage: str = visits.SIGNED_IN,
        device_id: int | None = None,
    ) -> "Browser":
        before = self.give(person.email).here
        assert before
        with self._db.write() as session:
            account = state.account(person.account_id)
            around = self._people.around()
            self.token = visits.sign_in(
                session, stage, account, around, device_id=device_id, replacing=before
            )
        return self

    @property
    def here(self) -> CurrentVisit | None:
        with self._db.read() as session:
            return visits.find(session, self.token, self._clock())

    def click(self) -> None:
        here = self.here
        assert here
        with self._db.write() as session:
            visits.touch(session, here, self._clock())


def known_device(db: Database, people: People, person: Person) -> int:
    with db.write() as session:
        return devices.remember(session, person.account_id or 0, people.around()).device_id


@pytest.fixture
def browser(db: Database, people: People, clock: Clock) -> Browser:
    return Browser(db, people, clock)


def test_an_address_opens_a_session_for_ten_minutes(browser: Browser, clock: Clock) -> None:
    browser.give("marta@correo.example")
    clock.forward(minutes=10, microseconds=-1)
    assert browser.here
    assert (browser.here.stage, browser.here.account_id) == (visits.EMAIL_GIVEN, None)
    browser.click()
    clock.forward(microseconds=1)
    assert browser.here is None


def test_a_session_ends_after_fifteen_minutes_without_a_click(
    browser: Browser, marta: Person, clock: Clock, state: State
) -> None:
    browser.enter(marta, state)
    clock.forward(minutes=15, microseconds=-1)
    assert browser.here
    assert browser.here.signed_in
    clock.forward(microseconds=1)
    assert browser.here is None


@pytest.mark.parametrize("stage", [visits.SIGNED_IN, visits.PROVISIONAL])
def test_a_session_in_use_ends_all_the_same_in_the_end(
    browser: Browser, marta: Person, clock: Clock, state: State, stage: str
) -> None:
    browser.enter(marta, state, stage)
    until = clock() + {"signed_in": timedelta(hours=8), "provisional": timedelta(minutes=15)}[stage]
    while clock() + timedelta(minutes=14) < until:
        clock.forward(minutes=14)
        browser.click()
    clock.now = until - timedelta(microseconds=1)
    assert browser.here
    clock.now = until
    assert browser.here is None


def test_a_provisional_session_is_not_signed_in(
    browser: Browser, marta: Person, state: State
) -> None:
    here = browser.enter(marta, state, visits.PROVISIONAL).here
    assert here
    assert not here.signed_in


def test_a_suspended_account_is_out_at_once_and_back_when_it_is_lifted(
    browser: Browser, marta: Person, state: State
) -> None:
    browser.enter(marta, state)
    state.change(marta.account_id, state=SUSPENDED)
    assert browser.here is None
    state.change(marta.account_id, state=ACTIVE)
    assert browser.here


def test_a_session_knows_its_customer(browser: Browser, marta: Person, state: State) -> None:
    here = browser.enter(marta, state).here
    assert here
    assert (here.customer_id, here.customer_name) == (marta.customer_id, marta.name)


def test_only_the_hash_of_a_cookie_is_kept(
    browser: Browser, marta: Person, db: Database, state: State, clock: Clock
) -> None:
    browser.enter(marta, state)
    [row] = state.all(Visit)
    assert browser.token not in str(vars(row))
    assert len(browser.token) >= 43
    with db.read() as session:
        assert visits.find(session, row.token_hash, clock()) is None
        assert visits.find(session, "", clock()) is None


def test_the_sixth_session_ends_the_oldest(
    db: Database, people: People, clock: Clock, marta: Person, state: State
) -> None:
    browsers = []
    for _ in range(6):
        browsers.append(Browser(db, people, clock).enter(marta, state))
        clock.forward(seconds=1)
    assert [one.here is not None for one in browsers] == [False] + [True] * 5
    assert state.count(Visit) == 5


def test_my_sessions_do_not_end_somebody_elses(
    db: Database, people: People, clock: Clock, marta: Person, state: State
) -> None:
    luis = Browser(db, people, clock).enter(people.active(), state)
    for _ in range(7):
        Browser(db, people, clock).enter(marta, state)
    with db.write() as session:
        visits.end_all(session, marta.account_id or 0)
    assert luis.here
    assert state.visits_of(marta.account_id) == []


def test_sweeping_forgets_what_is_over_and_nothing_else(
    db: Database, people: People, clock: Clock, marta: Person, state: State
) -> None:
    idle = Browser(db, people, clock).enter(marta, state)
    busy = Browser(db, people, clock).enter(marta, state)
    clock.forward(minutes=8)
    busy.click()
    waiting = Browser(db, people, clock).give("otra@correo.example")
    clock.forward(minutes=7)
    with db.write() as session:
        visits.sweep(session, clock())
    assert state.count(Visit) == 2
    assert [one.here is not None for one in (idle, busy, waiting)] == [False, True, True]


def test_a_lapsed_session_of_a_known_browser_is_forgotten_hours_later_and_takes_no_place(
    db: Database, people: People, clock: Clock, marta: Person, state: State
) -> None:
    device = known_device(db, people, marta)
    lapsed = Browser(db, people, clock).enter(marta, state, device_id=device)
    clock.forward(minutes=14)
    others = [Browser(db, people, clock).enter(marta, state) for _ in range(4)]
    clock.forward(minutes=1)
    others.append(Browser(db, people, clock).enter(marta, state))
    assert [one.here is not None for one in (lapsed, *others)] == [False, *[True] * 5]
    for hours, left in ((7, 1), (1, 0)):
        clock.forward(hours=hours)
        with db.write() as session:
            visits.sweep(session, clock())
        assert state.count(Visit) == left
