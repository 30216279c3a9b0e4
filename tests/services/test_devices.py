"""Known browsers: what they show, what they spare their owner, and what a stolen cookie does."""

from collections.abc import Callable

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import AuditEvent, Device
from finportal.services import devices, recognition, signin
from finportal.services.recognition import Recognition
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import People, Person
from tests.services.hands import Busy, Door, State

Look = Callable[..., Recognition]


@pytest.fixture
def look(db: Database, vault: CountingVault, people: People) -> Look:
    """What the image step shows for an address on a browser."""

    def image_for(email: str, device_token: str | None = None) -> Recognition:
        return signin.image_for(db, vault, email, people.around(device_token=device_token))

    return image_for


def test_a_known_browser_shows_the_personal_image(
    look: Look, people: People, marta: Person
) -> None:
    seen = look(marta.email, people.device_of(marta))
    assert (seen.picture.id, seen.phrase, seen.personal) == (
        "octopus",
        "Mi gata duerme al sol",
        True,
    )


@pytest.mark.parametrize("cookie", [None, "", "made up", "x" * 43])
def test_any_other_browser_shows_the_same_for_customers_and_strangers(
    look: Look, marta: Person, vault: CountingVault, cookie: str | None
) -> None:
    for email in (marta.email, "nadie@correo.example"):
        assert look(email, cookie) == recognition.initial(vault, email)


def test_without_a_cookie_the_database_is_not_asked(
    look: Look, marta: Person, statements: Statements
) -> None:
    statements.clear()
    look(marta.email)
    assert len(statements) == 0


def test_a_made_up_cookie_costs_the_same_for_customers_and_strangers(
    look: Look, marta: Person, statements: Statements
) -> None:
    seen = []
    for email in (marta.email, "nadie@correo.example"):
        statements.clear()
        look(email, "made up")
        seen.append(tuple(statements.texts))
    assert seen[0] == seen[1]


def test_one_accounts_cookie_is_unknown_with_anothers_address(
    look: Look, people: People, marta: Person, door: Door
) -> None:
    luis = people.active()
    cookie = people.device_of(luis)
    assert not look(marta.email, cookie).personal
    assert door.waits(marta, device_token=cookie)


def test_a_cookie_of_one_of_two_who_share_an_address_does_not_know_the_other(
    people: People, door: Door
) -> None:
    marta, luis = (people.active(email="casa@correo.example") for _ in range(2))
    assert door.waits(luis, device_token=people.device_of(marta))


def test_a_sign_in_gives_the_browser_a_new_cookie(
    look: Look, people: People, marta: Person, door: Door, clock: Clock
) -> None:
    old = people.device_of(marta)
    new = door.open(marta, device_token=old).device_token
    assert new
    assert new != old
    clock.forward(days=1)
    assert look(marta.email, new).personal


def test_a_refused_try_leaves_the_cookie_as_it_is(
    look: Look, people: People, marta: Person, door: Door, clock: Clock
) -> None:
    cookie = people.device_of(marta)
    assert door.closed(marta, password="wrong", device_token=cookie)
    clock.forward(days=1)
    assert look(marta.email, cookie).personal


def test_a_lost_answer_is_forgiven_until_the_new_cookie_is_used(
    look: Look, people: People, marta: Person, door: Door, clock: Clock
) -> None:
    old = people.device_of(marta)
    lost = door.open(marta, device_token=old).device_token
    clock.forward(days=2)
    assert look(marta.email, old).personal
    newest = door.open(marta, device_token=old).device_token
    assert newest not in {None, old, lost}
    clock.forward(days=2)
    assert look(marta.email, newest).personal
    assert not look(marta.email, lost).personal


def test_pressing_twice_leaves_the_browser_with_a_good_cookie(
    look: Look, people: People, marta: Person, door: Door, clock: Clock
) -> None:
    old = people.device_of(marta)
    first = door.open(marta, device_token=old).device_token
    assert door.open(marta, device_token=old).device_token is None
    clock.forward(days=1)
    assert look(marta.email, first).personal
    assert door.open(marta, device_token=first).device_token


@pytest.mark.parametrize("owner", ["mistypes the password", "signs in again"])
def test_a_stolen_copy_that_is_used_later_is_noticed_and_the_device_revoked(
    look: Look,
    people: People,
    marta: Person,
    door: Door,
    *,
    clock: Clock,
    state: State,
    posted: Callable[..., list[Letter]],
    owner: str,
) -> None:
    stolen = people.device_of(marta)
    own = door.open(marta, device_token=stolen).device_token
    clock.forward(minutes=6)
    if owner == "signs in again":
        own = door.open(marta, device_token=own).device_token
    else:
        assert door.closed(marta, password="mistyped", device_token=own)
    clock.forward(minutes=6)
    assert look(marta.email, own).personal
    assert not look(marta.email, stolen).personal
    assert door.closed(marta, password="guess", device_token=stolen)
    alarms = [row for row in state.all(AuditEvent) if row.kind == "device_cookie_reused"]
    assert [row.account_id for row in alarms] == [marta.account_id]
    assert state.all(Device)[0].revoked_at == clock()
    assert not look(marta.email, own).personal
    assert state.visits_of(marta.account_id) == []
    assert [letter.to for letter in posted("device_alarm")] == [marta.email]
    assert door.closed(marta, password="guess", device_token=stolen)
    assert len(posted("device_alarm")) == 1
    assert door.waits(marta, device_token=own)


def test_an_alarm_ends_no_session_of_another_device(
    people: People, marta: Person, door: Door, clock: Clock, state: State
) -> None:
    stolen, elsewhere = people.device_of(marta), people.device_of(marta)
    door.open(marta, device_token=door.open(marta, device_token=stolen).device_token)
    door.open(marta, device_token=elsewhere)
    clock.forward(minutes=6)
    assert door.waits(marta, device_token=stolen)
    opened = [row for row in state.visits_of(marta.account_id) if row.stage == "signed_in"]
    assert [row.device_id for row in opened] == [state.all(Device)[1].id]


def test_a_device_forgotten_while_its_password_is_checked_opens_nothing(
    people: People,
    marta: Person,
    door: Door,
    *,
    db: Database,
    meanwhile: Callable[..., Busy],
    state: State,
) -> None:
    cookie = people.device_of(marta)

    def forget() -> None:
        with db.write() as session:
            devices.forget_all(session, marta.account_id or 0, people.around())

    assert door.waits(marta, device_token=cookie, vault=meanwhile(forget))
    assert [row.stage for row in state.visits_of(marta.account_id)] == ["code_due"]


def test_a_revoked_browser_is_asked_for_a_code_like_a_new_one(
    people: People, marta: Person, door: Door, db: Database
) -> None:
    cookie = people.device_of(marta)
    with db.write() as session:
        devices.forget_all(session, marta.account_id or 0, people.around())
    assert door.waits(marta, device_token=cookie)


def test_forgetting_one_accounts_browsers_leaves_the_others(
    look: Look, people: People, marta: Person, db: Database
) -> None:
    luis = people.active()
    cookies = people.device_of(marta), people.device_of(luis)
    with db.write() as session:
        devices.forget_all(session, marta.account_id or 0, people.around())
    assert not look(marta.email, cookies[0]).personal
    assert look(luis.email, cookies[1]).personal


def test_a_device_is_forgotten_after_half_a_year_without_a_sign_in(
    look: Look, people: People, marta: Person, door: Door, clock: Clock
) -> None:
    cookie: str | None = people.device_of(marta)
    clock.forward(days=179)
    cookie = door.open(marta, device_token=cookie).device_token
    clock.forward(days=180, microseconds=-1)
    assert look(marta.email, cookie).personal
    clock.forward(microseconds=1)
    assert not look(marta.email, cookie).personal


def test_only_the_hash_of_the_cookie_is_kept(people: People, marta: Person, state: State) -> None:
    cookie = people.device_of(marta)
    [row] = state.all(Device)
    assert cookie not in str(vars(row))
    assert len(cookie) >= 43


def test_a_stranger_cannot_lock_the_owner_out_of_a_known_browser(
    people: People, marta: Person, door: Door
) -> None:
    cookie = people.device_of(marta)
    for n in range(8):
        assert door.closed(marta, password="guess", network=f"198.51.{n}.0/24")
    assert door.closed(marta)
    assert door.open(marta, device_token=cookie)


def test_a_made_up_cookie_gives_a_stranger_no_tries_of_their_own(
    people: People, marta: Person, door: Door
) -> None:
    for n in range(5):
        assert door.closed(marta, password="guess", device_token=f"made up {n}")
    assert door.closed(marta, device_token="made up")


def test_a_known_browser_has_ten_tries_of_its_own(
    people: People, marta: Person, door: Door, clock: Clock
) -> None:
    cookie = people.device_of(marta)
    door.tire(signin.TRIES_PER_DEVICE, "1", 9)
    assert door.closed(marta, password="wrong", device_token=cookie)
    assert door.closed(marta, device_token=cookie)
    assert door.waits(marta)
    clock.forward(minutes=15)
    assert door.open(marta, device_token=cookie)
