"""A browser nobody knows: what its code opens, what it does not, and how often it is guessed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Device, Visit
from finportal.models.accounts import SUSPENDED
from finportal.services import access, codes, device_codes, visits
from finportal.services.codes import CodeOver, WrongCode
from finportal.services.errors import TooMany
from finportal.services.signin import SignedIn
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Busy, Desk, Door, Recovery, State

Posted = Callable[..., list[Letter]]
A_DAY = timedelta(days=1)


class Stranger:
    """Somebody with the right password on a browser that the account does not know."""

    def __init__(self, door: Door, desk: Desk, posted: Posted) -> None:
        self.door, self.desk, self.posted = door, desk, posted

    def knock(self, person: Person) -> CurrentVisit:
        """The session that waits for its code."""
        return self.desk.seat(self.door.open(person, device_token=None))

    def ask(self, visit: CurrentVisit) -> str:
        """Have a code mailed; the code."""
        around = self.desk.people.around()
        device_codes.send(self.desk.db, self.desk.vault, visit, around)
        return self.posted("code")[-1].values["code"]

    def type(self, visit: CurrentVisit, code: str, vault: CountingVault | None = None) -> SignedIn:
        """Type it."""
        around = self.desk.people.around()
        return device_codes.enter(self.desk.db, vault or self.desk.vault, visit, code, around)

    def wrong(self, code: str) -> str:
        """A code that is not this one."""
        return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.fixture
def stranger(door: Door, desk: Desk, posted: Posted) -> Stranger:
    return Stranger(door, desk, posted)


def test_the_right_code_opens_the_account_and_makes_the_browser_known(
    stranger: Stranger, marta: Person, posted: Posted, state: State, clock: Clock
) -> None:
    before = clock() - timedelta(days=3)
    state.change(marta.account_id, last_sign_in_at=before)
    visit = stranger.knock(marta)
    assert (visit.stage, visit.customer_id, visit.customer_name) == (visits.CODE_DUE, None, None)
    assert state.account(marta.account_id).last_sign_in_at == before
    code = stranger.ask(visit)
    assert [letter.to for letter in posted()] == [marta.email]
    opened = stranger.type(visit, f"{code[:3]} {code[3:]}")
    here = stranger.desk.seat(opened)
    assert (here.signed_in, here.customer_id) == (True, marta.customer_id)
    assert (here.previous_sign_in_at, here.fresh(clock())) == (before, True)
    assert state.account(marta.account_id).last_sign_in_at == clock()
    [device], [row] = state.all(Device), state.all(Visit)
    assert here.device_id == device.id == row.device_id
    assert [letter.kind for letter in posted()] == ["code", "new_device"]
    trail = ["password_accepted", "code_sent", "device_remembered", "signed_in"]
    assert state.kinds() == trail
    again = stranger.door.open(marta, device_token=opened.device_token)
    assert again.stage == visits.SIGNED_IN


def test_a_code_of_one_browser_opens_nothing_in_another(
    stranger: Stranger, marta: Person, people: People
) -> None:
    mine, theirs = stranger.knock(marta), stranger.knock(marta)
    code = stranger.ask(mine)
    with pytest.raises(CodeOver):
        stranger.type(theirs, code)
    with pytest.raises(CodeOver):
        stranger.type(stranger.knock(people.active()), code)
    assert stranger.type(mine, code)


def test_the_sixth_code_fails_even_when_right(stranger: Stranger, marta: Person) -> None:
    visit = stranger.knock(marta)
    code = stranger.ask(visit)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as refusal:
            stranger.type(visit, stranger.wrong(code))
        assert refusal.value.tries_left == left
    for typed in (stranger.wrong(code), code):
        with pytest.raises(CodeOver):
            stranger.type(visit, typed)


def test_a_day_of_guessing_is_thirty_guesses_whatever_session_guesses(
    stranger: Stranger, marta: Person, clock: Clock
) -> None:
    guesses, until = 0, clock() + A_DAY
    while clock() < until:
        visit = stranger.knock(marta)
        try:
            code = stranger.ask(visit)
        except TooMany as refusal:
            clock.forward(seconds=refusal.wait.total_seconds())
            continue
        for _ in range(codes.TRIES + 1):
            try:
                stranger.type(visit, stranger.wrong(code))
            except WrongCode:
                guesses += 1
            except CodeOver:
                guesses += 1
                break
    assert guesses == codes.PER_DAY.most * codes.TRIES == 30


@pytest.mark.parametrize("how", ["changed", "recovered", "others ended"])
def test_it_dies_when_the_password_changes_elsewhere(
    stranger: Stranger, marta: Person, office: Recovery, *, db: Database, how: str
) -> None:
    owner = stranger.desk.seat(stranger.door.open(marta))
    visit = stranger.knock(marta)
    code = stranger.ask(visit)
    if how == "changed":
        stranger.desk.choose(owner)
    elif how == "recovered":
        office.set(office.link(marta))
    else:
        access.end_others(db, owner, stranger.desk.people.around())
    with pytest.raises(CodeOver):
        stranger.type(visit, code)
    with pytest.raises(CodeOver):
        stranger.ask(visit)


def test_a_password_changed_while_the_code_is_compared_opens_nothing(
    stranger: Stranger, marta: Person, meanwhile: Callable[[Callable[[], object]], Busy],
    state: State,
) -> None:  # fmt: skip
    owner = stranger.desk.seat(stranger.door.open(marta))
    visit = stranger.knock(marta)
    code, devices = stranger.ask(visit), state.count(Device)
    with pytest.raises(CodeOver):
        stranger.type(visit, code, meanwhile(lambda: stranger.desk.choose(owner)))
    assert (len(state.visits_of(marta.account_id)), state.count(Device)) == (1, devices)


def test_a_suspended_account_stays_shut(stranger: Stranger, marta: Person, state: State) -> None:
    visit = stranger.knock(marta)
    code = stranger.ask(visit)
    state.change(marta.account_id, state=SUSPENDED)
    with pytest.raises(CodeOver):
        stranger.type(visit, code)
    assert "signed_in" not in state.kinds()


def test_it_waits_ten_minutes_from_the_newest_code(
    stranger: Stranger, marta: Person, clock: Clock
) -> None:
    opened = stranger.door.open(marta, device_token=None)
    stranger.ask(stranger.desk.seat(opened))
    clock.forward(minutes=9)
    stranger.ask(stranger.desk.seat(opened))
    clock.forward(minutes=9)
    assert stranger.desk.seat(opened)
    clock.forward(minutes=1)
    with stranger.desk.db.reading() as link:
        assert visits.find(link, opened.token, clock()) is None


def test_waiting_sessions_end_none_of_the_owners(
    stranger: Stranger, marta: Person, state: State
) -> None:
    for _ in range(4):
        stranger.door.open(marta)
    for _ in range(6):
        stranger.knock(marta)
    stranger.door.open(marta)
    stages = [row.stage for row in state.visits_of(marta.account_id)]
    assert (stages.count(visits.SIGNED_IN), stages.count(visits.CODE_DUE)) == (5, 6)


def test_who_recovered_before_choosing_an_image_needs_the_code_too(
    stranger: Stranger, marta: Person, state: State
) -> None:
    state.change(marta.account_id, image=None, phrase=None)
    visit = stranger.knock(marta)
    assert stranger.type(visit, stranger.ask(visit)).stage == visits.PROVISIONAL
