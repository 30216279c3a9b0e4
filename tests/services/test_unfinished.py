"""What a browser left unfinished: whose it is, the newest in place of the rest, two at once."""

from datetime import datetime
from itertools import count
from typing import Any

import pytest

from finportal.adapters.secrets import Vault
from finportal.models import Account, Device, UnfinishedForm
from finportal.models.accounts import SUSPENDED
from finportal.services import devices, unfinished, visits
from finportal.services.unfinished import Unfinished
from finportal.services.visits import CurrentVisit
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import State

LEFT = Unfinished("/datos/direccion", {"new": ["Carrera 7 # 32-16"]})


class Browser:
    """A browser that an account knows, with a session there."""

    def __init__(self, portal: Portal, people: People, person: Person) -> None:
        self.portal, self._people, self.person = portal, people, person
        with portal.db.write() as session:
            device = devices.remember(session, person.account_id or 0, people.around())
        self.device_id = device.device_id
        self.token = ""

    @property
    def now(self) -> datetime:
        return self._people.around().now

    def sign_in(self, stage: str = visits.SIGNED_IN, *, known: bool = True) -> CurrentVisit:
        before = self._people.visit_of(self.person.email)
        with self.portal.db.write() as session:
            account = session.get_one(Account, self.person.account_id)
            device = self.device_id if known else None
            self.token = visits.sign_in(
                session, stage, account, self._people.around(), device_id=device, replacing=before
            )
            visit = visits.find(session, self.token, self.now)
        assert visit
        return visit

    def leave(self, left: Unfinished = LEFT) -> bool:
        return unfinished.keep(self.portal.db, self.portal.vault, self.token, left, self.now)

    def found(self, vault: Vault | None = None) -> Unfinished | None:
        visit = self.sign_in()
        with self.portal.db.reading() as link:
            return unfinished.found(link, vault or self.portal.vault, visit, self.now)


@pytest.fixture
def browser(portal: Portal, people: People) -> Browser:
    browser = Browser(portal, people, people.active())
    browser.sign_in()
    return browser


def test_the_newest_form_is_found_and_the_one_before_is_gone(
    browser: Browser, state: State
) -> None:
    newer = Unfinished("/datos/ciudad", {"new": ["Palmira"]})
    assert browser.leave()
    assert browser.leave(newer)
    assert browser.found() == newer
    assert state.count(UnfinishedForm) == 1


def test_a_page_alone_replaces_a_page_and_no_form_that_waits(browser: Browser) -> None:
    first, second = Unfinished("/cuenta", {}), Unfinished("/pagar", {})
    assert not browser.leave(first)
    assert not browser.leave(second)
    assert browser.found() == second
    assert browser.leave()
    assert not browser.leave(first)
    assert browser.found() == LEFT


def test_a_form_that_was_led_to_waits_no_more(browser: Browser) -> None:
    assert browser.leave()
    visit = browser.sign_in()
    with browser.portal.db.writing() as link:
        unfinished.led(link, visit, browser.now)
        vault = browser.portal.vault
        assert unfinished.waiting(link, vault, visit, browser.now) is None
        assert unfinished.found(link, vault, visit, browser.now) == LEFT
    assert not browser.leave(Unfinished("/cuenta", {}))
    assert browser.found() == Unfinished("/cuenta", {})


def test_a_lapsed_session_still_says_whose_it_was(browser: Browser, clock: Clock) -> None:
    clock.forward(hours=7)
    with browser.portal.db.write() as session:
        visits.sweep(session, clock())
    assert browser.leave()


def test_what_is_no_session_of_a_known_browser_keeps_nothing(
    browser: Browser, state: State
) -> None:
    tokens = ["", "x" * 43, f"{browser.token[:-1]}x"]
    for stage, known in ((visits.SIGNED_IN, False), (visits.PROVISIONAL, True)):
        browser.sign_in(stage, known=known)
        tokens.append(browser.token)
    for browser.token in tokens:
        assert not browser.leave()
    assert state.count(UnfinishedForm) == 0


@pytest.mark.parametrize("end", ["signed out", "suspended", "forgotten"])
def test_a_session_that_was_ended_keeps_nothing(browser: Browser, state: State, end: str) -> None:
    visit = browser.sign_in()
    with browser.portal.db.write() as session:
        if end == "signed out":
            visits.end(session, visit.id)
        elif end == "suspended":
            session.get_one(Account, browser.person.account_id).state = SUSPENDED
        else:
            session.get_one(Device, browser.device_id).revoked_at = browser.now
    assert not browser.leave()
    assert state.count(UnfinishedForm) == 0


@pytest.mark.parametrize("new", [["x" * 4_000], [""] * 3_000, ["ñ" * 2_000]])
def test_more_than_anybody_types_is_not_kept_but_its_page(browser: Browser, new: list[str]) -> None:
    assert not browser.leave(Unfinished("/datos/ciudad", {"new": new}))
    assert browser.found() == Unfinished("/datos/ciudad", {})


def test_with_other_keys_it_is_as_if_there_were_nothing(browser: Browser, portal: Portal) -> None:
    assert browser.leave()
    changed = portal.settings.model_copy(update={"mail_key": portal.settings.pepper})
    assert browser.found(Vault(changed)) is None
    assert browser.found() == LEFT


def test_two_windows_at_once_leave_one(browser: Browser, state: State, at_once: Any) -> None:
    numbers = count()
    left = at_once(
        lambda: browser.leave(Unfinished("/datos/ciudad", {"new": [str(next(numbers))]})), 6
    )
    assert left == [True] * 6
    assert state.count(UnfinishedForm) == 1
