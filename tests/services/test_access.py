"""Devices and sessions: what the owner sees, what can be ended, and whose it must be."""

import pytest

from finportal.adapters.database import Database
from finportal.models import Device
from finportal.services import access, devices, visits
from finportal.services.access import UnknownAccess
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import Desk, Door, State


@pytest.fixture
def hers(desk: Desk, door: Door, people: People, marta: Person) -> CurrentVisit:
    """The session from which Marta looks."""
    return desk.seat(door.open(marta, device_token=people.device_of(marta)))


@pytest.fixture
def his(desk: Desk, door: Door, people: People) -> CurrentVisit:
    """Somebody else's open session."""
    return desk.seat(door.open(people.active()))


def test_the_owner_sees_what_is_open_and_known_and_nothing_else(
    hers: CurrentVisit, his: CurrentVisit, door: Door, marta: Person, *, people: People,
    db: Database, clock: Clock,
) -> None:  # fmt: skip
    clock.forward(minutes=2)
    door.waits(marta, network="198.51.100.0/24")
    with db.read() as session:
        seen = access.open_sessions(session, hers, clock())
        known = access.known_browsers(session, hers, clock())
        last = access.last_accesses(session, hers)
        foreign = access.known_browsers(session, his, clock())
    assert [(one.waiting, one.here, one.network) for one in seen] == [
        (True, False, "198.51.100.0/24"),
        (False, True, "203.0.113.0/24"),
    ]
    assert [(one.id, one.here) for one in known] == [(hers.device_id, True)]
    assert [one.kind for one in last] == ["password_accepted", "signed_in"]
    assert [one.id for one in foreign] == [his.device_id]


def test_what_is_over_is_not_listed(
    hers: CurrentVisit, people: People, marta: Person, db: Database, clock: Clock
) -> None:
    people.device_of(marta)
    with db.write() as session:
        devices.forget_all(session, marta.account_id or 0, people.around())
    clock.forward(minutes=15)
    with db.read() as session:
        assert access.open_sessions(session, hers, clock()) == []
        assert access.known_browsers(session, hers, clock()) == []


def test_one_session_ends_and_the_rest_stays(
    hers: CurrentVisit, desk: Desk, door: Door, marta: Person, *, state: State
) -> None:
    other, third = (desk.seat(door.open(marta)) for _ in range(2))
    access.end_session(desk.db, hers, other.id, desk.people.around())
    assert {row.id for row in state.visits_of(marta.account_id)} == {hers.id, third.id}
    assert state.kinds()[-1] == "session_ended"


def test_all_others_end_and_not_this_one_nor_anybody_elses(
    hers: CurrentVisit, his: CurrentVisit, desk: Desk, door: Door, *, marta: Person, state: State
) -> None:
    door.open(marta)
    door.waits(marta)
    assert access.end_others(desk.db, hers, desk.people.around()) == 2
    assert {row.id for row in state.opened()} == {hers.id, his.id}


def test_sessions_that_lapsed_are_forgotten_and_not_counted(
    desk: Desk, door: Door, marta: Person, state: State, *, clock: Clock, people: People
) -> None:
    lapsed = desk.seat(door.open(marta, device_token=people.device_of(marta)))
    clock.forward(minutes=15)
    mine, other = (desk.seat(door.open(marta)) for _ in range(2))
    with pytest.raises(UnknownAccess):
        access.end_session(desk.db, mine, lapsed.id, people.around())
    assert access.end_others(desk.db, mine, people.around()) == 1
    assert {row.id for row in state.visits_of(marta.account_id)} == {mine.id} != {other.id}


def test_a_forgotten_device_loses_its_sessions_and_its_cookie(
    hers: CurrentVisit, desk: Desk, door: Door, people: People, *, marta: Person, state: State
) -> None:
    cookie = people.device_of(marta)
    opened = door.open(marta, device_token=cookie)
    device = desk.seat(opened).device_id or 0
    assert not access.forget_device(desk.db, hers, device, people.around())
    assert [row.id for row in state.visits_of(marta.account_id)] == [hers.id]
    assert door.waits(marta, device_token=opened.device_token)
    assert access.forget_device(desk.db, hers, hers.device_id or 0, people.around())
    assert visits.SIGNED_IN not in {row.stage for row in state.visits_of(marta.account_id)}


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's", "this one"])
def test_what_is_not_ones_own_cannot_be_ended(
    hers: CurrentVisit, his: CurrentVisit, desk: Desk, *, state: State, whose: str
) -> None:
    session = {"somebody else's": his.id, "nobody's": 999_999, "this one": hers.id}[whose]
    device = his.device_id or 0 if whose == "somebody else's" else 999_999
    before = state.kinds()
    with pytest.raises(UnknownAccess):
        access.end_session(desk.db, hers, session, desk.people.around())
    with pytest.raises(UnknownAccess):
        access.forget_device(desk.db, hers, device, desk.people.around())
    assert {row.id for row in state.opened()} == {hers.id, his.id}
    assert [row.revoked_at for row in state.all(Device)] == [None, None]
    assert state.kinds() == before
