"""What a browser left unfinished: whose it is, the newest in place of the rest, two at once."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from finportal.adapters.secrets import Vault
from finportal.models import Device, UnfinishedForm
from finportal.services import devices, unfinished, visits
from finportal.services.unfinished import Unfinished
from finportal.services.visits import CurrentVisit, Surroundings
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import State

LEFT = Unfinished("/datos/direccion", {"new": ["Carrera 7 # 32-16"]})


class Browser:
    """A browser that an account knows."""

    def __init__(self, portal: Portal, people: People, person: Person) -> None:
        self.portal, self._people, self._person = portal, people, person
        self.cookie = people.device_of(person)

    @property
    def around(self) -> Surroundings:
        return replace(self._people.around(), device_token=self.cookie)

    def leave(self, left: Unfinished = LEFT) -> bool:
        return unfinished.keep(self.portal.db, self.portal.vault, left, self.around)

    def sign_in(self) -> CurrentVisit:
        known = None
        with self.portal.db.write() as session:
            known = devices.recognise(session, self.around, self._person.email)
            assert known
        visit = self._people.visit_of(self._person.email)
        return replace(visit, stage=visits.SIGNED_IN, device_id=known.device_id)

    def found(self, vault: Vault | None = None) -> Unfinished | None:
        visit = self.sign_in()
        with self.portal.db.reading() as link:
            return unfinished.of(link, vault or self.portal.vault, visit, self.around.now)


@pytest.fixture
def browser(portal: Portal, people: People) -> Browser:
    return Browser(portal, people, people.active())


def test_the_newest_is_found_and_the_one_before_is_gone(browser: Browser, state: State) -> None:
    assert browser.leave()
    newer = Unfinished("/pagar?que=total", {})
    assert browser.leave(newer)
    assert browser.found() == newer
    assert state.count(UnfinishedForm) == 1


def test_one_without_a_browser_we_know_is_nobodys(browser: Browser, state: State) -> None:
    for cookie in ("", "x", f"{browser.cookie}x", f"y{browser.cookie}"):
        browser.cookie = cookie
        assert not browser.leave()
    assert state.count(UnfinishedForm) == 0


def test_a_forgotten_browser_leaves_nothing(
    browser: Browser, portal: Portal, clock: Clock, state: State
) -> None:
    with portal.db.write() as session:
        for device in session.query(Device):
            device.revoked_at = clock()
    assert not browser.leave()
    assert state.count(UnfinishedForm) == 0


def test_with_other_keys_it_is_as_if_there_were_nothing(browser: Browser, portal: Portal) -> None:
    assert browser.leave()
    changed = portal.settings.model_copy(update={"mail_key": portal.settings.pepper})
    assert browser.found(Vault(changed)) is None
    assert browser.found() == LEFT


def test_two_windows_at_once_leave_one(browser: Browser, state: State, at_once: Any) -> None:
    numbers = count()
    left = at_once(lambda: browser.leave(Unfinished(f"/pagar?valor={next(numbers)}", {})), 6)
    assert left == [True] * 6
    assert state.count(UnfinishedForm) == 1
