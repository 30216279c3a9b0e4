"""Choosing a password, an image and a phrase: what changes, who is told, what ends."""

from collections.abc import Callable
from unicodedata import normalize

from finportal.adapters.letter import Letter
from finportal.models import Account, Device, OutboxMail
from finportal.models.accounts import ACTIVE
from finportal.services import signin, visits
from finportal.services.personalisation import (
    Personalised,
)
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock
from tests.factories import PASSWORD, People, Person
from tests.services.hands import GOOD_CHOICE, Desk, Door, State

Posted = Callable[..., list[Letter]]
NewCustomer = Callable[..., Person]


def test_the_choice_replaces_password_image_and_phrase(
    desk: Desk, visit: CurrentVisit, marta: Person, *, state: State, clock: Clock, door: Door
) -> None:
    clock.forward(minutes=3)
    desk.choose(visit)
    account = state.account(marta.account_id)
    assert (account.image, account.phrase, account.state) == (
        GOOD_CHOICE.picture,
        GOOD_CHOICE.phrase,
        ACTIVE,
    )
    assert account.password_changed_at == clock()
    assert door.closed(marta)
    assert door.open(marta, password=GOOD_CHOICE.new)


def test_every_other_session_ends_and_this_one_gets_a_new_cookie(
    desk: Desk, visit: CurrentVisit, marta: Person, door: Door, state: State
) -> None:
    door.open(marta)
    before = {row.token_hash for row in state.visits_of(marta.account_id)}
    assert len(before) == 2
    done: Personalised = desk.choose(visit)
    [left] = state.visits_of(marta.account_id)
    assert left.token_hash not in before
    with desk.db.read() as session:
        now = visits.find(session, done.token, desk.clock())
    assert now
    assert (now.id, now.signed_in) == (left.id, True)


def test_the_change_is_told_by_mail_and_kept_in_the_trail(
    desk: Desk, visit: CurrentVisit, marta: Person, posted: Posted, state: State
) -> None:
    desk.choose(visit)
    [letter] = posted("password_changed")
    assert letter.to == marta.email
    assert set(letter.values) == {"name", "when"}
    assert state.kinds()[-1] == "personalised"


def test_the_first_choice_makes_the_account_active_and_the_browser_known(
    desk: Desk, door: Door, new_customer: NewCustomer, state: State, people: People
) -> None:
    person = new_customer()
    visit = desk.seat(door.open(person))
    done = desk.choose(visit, current=person.password)
    assert state.account(person.account_id).state == ACTIVE
    around = people.around(device_token=done.device_token)
    shown = signin.image_for(desk.db, desk.vault, person.email, around)
    assert (shown.picture.id, shown.phrase, shown.personal) == (
        GOOD_CHOICE.picture,
        GOOD_CHOICE.phrase,
        True,
    )
    assert door.closed(person)
    known = door.open(person, password=GOOD_CHOICE.new, device_token=done.device_token)
    assert known.stage == visits.SIGNED_IN
    assert door.waits(person, password=GOOD_CHOICE.new)
    [device] = state.all(Device)
    assert {row.device_id for row in state.visits_of(person.account_id)} == {device.id, None}


def test_a_later_choice_makes_no_browser_known(
    desk: Desk, visit: CurrentVisit, state: State
) -> None:
    before = state.count(Device)
    assert desk.choose(visit).device_token is None
    assert state.count(Device) == before


def test_a_known_browser_stays_the_sessions_browser(
    desk: Desk, door: Door, people: People, marta: Person
) -> None:
    visit = desk.seat(door.open(marta, device_token=people.device_of(marta)))
    done = desk.choose(visit)
    with desk.db.read() as session:
        now = visits.find(session, done.token, desk.clock())
    assert now
    assert now.device_id == visit.device_id is not None


def test_the_new_password_fits_however_the_keyboard_spells_it(
    desk: Desk, visit: CurrentVisit, marta: Person, door: Door
) -> None:
    own = "cáñamo y algún ñandú"
    desk.choose(visit, new=normalize("NFD", own))
    assert door.open(marta, password=own)


def test_a_good_choice_does_not_use_up_the_tries(
    desk: Desk, visit: CurrentVisit, marta: Person, door: Door
) -> None:
    own = PASSWORD
    for n in range(5):
        new = f"gatos y lunas número {n}"
        desk.choose(visit, current=own, new=new)
        own = new
        visit = desk.seat(door.open(marta, password=own))
    desk.choose(visit, current=own)


def test_neither_password_is_kept_in_words(desk: Desk, visit: CurrentVisit, state: State) -> None:
    desk.choose(visit)
    written = str([vars(row) for model in (Account, OutboxMail) for row in state.all(model)])
    assert PASSWORD not in written
    assert GOOD_CHOICE.new not in written
