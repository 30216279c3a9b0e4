"""An operator's hands: the way in sent again, unlocked, disabled, signed out, each act told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import AuditEvent, Device, OutboxMail, Visit
from finportal.models.accounts import ACTIVE, PROVISIONAL, SUSPENDED
from finportal.services import (
    accounts,
    codes,
    credentials,
    customer_desk,
    recovery,
    registration,
    signin,
)
from finportal.services.customer_desk import (
    CREDENTIALS,
    RECOVERY,
    ChangedMeanwhile,
    Disabled,
    Enabled,
    Ended,
    LettersUsedUp,
    NotDisabled,
    Unlocked,
)
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.operators import (
    NoAccount,
    Operator,
    SeveralCustomers,
    UnknownCustomer,
    Whom,
)
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Busy, Desk, Door, Recovery, State

ANA = Operator("ana", "she called")
TOLD = "ana: she called"


@dataclass
class Hands:
    """Ana at the command line."""

    db: Database
    vault: CountingVault
    people: People

    def resend(self, person: Person, vault: CountingVault | None = None) -> Any:
        return customer_desk.resend(
            self.db, vault or self.vault, Whom(person.id_number), ANA, self.people.around()
        )

    def unlock(self, person: Person) -> Unlocked:
        return customer_desk.unlock(
            self.db, self.vault, Whom(person.id_number), ANA, self.people.around()
        )

    def disable(self, person: Person) -> Ended:
        return customer_desk.disable(self.db, Whom(person.id_number), ANA, self.people.around())

    def enable(self, person: Person) -> Enabled:
        return customer_desk.enable(self.db, Whom(person.id_number), ANA, self.people.around())

    def end_sessions(self, person: Person) -> Ended:
        whom = Whom(person.id_number)
        return customer_desk.end_sessions(self.db, whom, ANA, self.people.around())


@pytest.fixture
def hands(db: Database, vault: CountingVault, people: People) -> Hands:
    return Hands(db, vault, people)


def acts(state: State) -> list[tuple[str, int | None, int | None]]:
    """What Ana did, by the trail."""
    rows = [row for row in state.all(AuditEvent) if row.detail == TOLD]
    return [(row.kind, row.account_id, row.customer_id) for row in rows]


def test_another_provisional_password_ends_the_old_one(
    hands: Hands,
    new_customer: Callable[..., Person],
    door: Door,
    posted: Callable[..., list[Letter]],
    state: State,
) -> None:
    luis = new_customer()
    door.open(luis)
    assert hands.resend(luis) == customer_desk.Resent(CREDENTIALS, "m•••@c•••.example")
    old, new = (letter.values["password"] for letter in posted("credentials"))
    assert old != new
    assert state.visits_of(luis.account_id) == []
    assert door.closed(luis, password=old)
    assert door.open(luis, password=new).stage == "provisional"
    assert acts(state) == [("way_in_resent", luis.account_id, luis.customer_id)]


def test_who_has_a_password_gets_a_link_and_keeps_it(
    hands: Hands, marta: Person, door: Door, posted: Callable[..., list[Letter]], clock: Clock
) -> None:
    for _ in range(recovery.PER_ACCOUNT.most):
        assert hands.resend(marta).letter == RECOVERY
    assert len(posted("recovery")) == recovery.PER_ACCOUNT.most
    clock.forward(minutes=30)
    with pytest.raises(LettersUsedUp, match="wait 24 hours"):
        hands.resend(marta)
    assert hands.unlock(marta).limits == 1
    hands.resend(marta)
    door.open(marta)


def test_a_provisional_password_is_sent_as_often_as_a_link(
    hands: Hands, new_customer: Callable[..., Person], state: State
) -> None:
    luis = new_customer()
    for _ in range(recovery.PER_ACCOUNT.most):
        hands.resend(luis)
    before = state.account(luis.account_id).password_hash
    with pytest.raises(LettersUsedUp):
        hands.resend(luis)
    assert state.account(luis.account_id).password_hash == before
    assert state.count(OutboxMail) == 1 + recovery.PER_ACCOUNT.most


def test_a_customer_who_finishes_meanwhile_keeps_the_own_password(
    hands: Hands,
    new_customer: Callable[..., Person],
    meanwhile: Callable[[Callable[[], object]], Busy],
    state: State,
) -> None:
    luis = new_customer()
    changed = {"state": ACTIVE, "password_hash": "own", "provisional_until": None}
    with pytest.raises(ChangedMeanwhile):
        hands.resend(luis, meanwhile(lambda: state.change(luis.account_id, **changed)))
    assert state.account(luis.account_id).password_hash == "own"
    assert state.count(OutboxMail) == 1
    assert acts(state) == []


@pytest.mark.parametrize("changed", [{"state": ACTIVE}, {"password_hash": "another"}])
def test_a_password_is_given_only_in_place_of_the_one_that_was_looked_at(
    hands: Hands, new_customer: Callable[..., Person], state: State, changed: dict[str, str]
) -> None:
    luis = new_customer()
    with hands.db.read() as session:
        holder = accounts.with_id(session, luis.account_id or 0)
    state.change(luis.account_id, **changed)
    other, around = credentials.new(hands.vault), hands.people.around()
    with hands.db.write() as session:
        assert not credentials.renew(session, hands.vault, holder, other, around)
    assert state.account(luis.account_id).password_hash != other.hash
    assert state.count(OutboxMail) == 1


def test_whom_an_act_is_about_must_be_clear(hands: Hands, people: People, state: State) -> None:
    stranger = people.customer(id_type="CC", id_number="1234567")
    with pytest.raises(NoAccount):
        hands.resend(stranger)
    with pytest.raises(NoAccount):
        hands.disable(stranger)
    people.customer(id_type="CE", id_number="1234567")
    with pytest.raises(SeveralCustomers, match="CC, CE"):
        hands.unlock(stranger)
    around = people.around()
    whom = Whom("1.234.567", "CE")
    assert customer_desk.unlock(hands.db, hands.vault, whom, ANA, around) == Unlocked(
        0, paused=False, limits=0
    )
    with pytest.raises(UnknownCustomer, match="there is no customer TI 1234567"):
        customer_desk.disable(hands.db, Whom("1234567", "TI"), ANA, around)
    assert [kind for kind, *_ in acts(state)] == ["account_unlocked"]


def test_unlocking_forgets_failures_and_limits(
    hands: Hands, marta: Person, door: Door, state: State
) -> None:
    state.change(marta.account_id, consecutive_failures=signin.FAILURES_IN_A_ROW)
    door.tire(signin.TRIES_PER_EMAIL, marta.email, signin.TRIES_PER_EMAIL.most)
    assert door.closed(marta)
    assert hands.unlock(marta) == Unlocked(signin.FAILURES_IN_A_ROW, paused=True, limits=1)
    door.open(marta)
    assert acts(state) == [("account_unlocked", marta.account_id, marta.customer_id)]


def test_unlocking_gives_back_codes_that_were_used_up(
    hands: Hands, marta: Person, door: Door
) -> None:
    for limit in (codes.PER_HOUR, codes.PER_DAY):
        door.tire(limit, f"account {marta.account_id}", limit.most)
    assert hands.unlock(marta).limits == 2


def test_who_could_not_register_is_let_try_again(
    hands: Hands, people: People, door: Door, vault: CountingVault
) -> None:
    luis = people.customer()
    door.tire(registration.PER_NUMBER, f"CC {luis.id_number}", registration.PER_NUMBER.most)
    with pytest.raises(TooMany):
        registration.register(hands.db, vault, luis.application, people.around())
    assert hands.unlock(luis).limits >= 1
    assert registration.register(hands.db, vault, luis.application, people.around())


def test_a_used_up_provisional_password_stays_so(
    hands: Hands, new_customer: Callable[..., Person], door: Door, state: State
) -> None:
    luis = new_customer()
    state.change(luis.account_id, provisional_tries=signin.PROVISIONAL_TRIES)
    hands.unlock(luis)
    assert door.closed(luis)


def test_a_disabled_account_is_shut_in_every_way(
    hands: Hands, marta: Person, door: Door, office: Recovery, state: State
) -> None:
    cookie = hands.people.device_of(marta)
    door.open(marta, device_token=cookie)
    link = office.link(marta)
    assert hands.disable(marta) == Ended(1, 1)
    assert state.account(marta.account_id).state == SUSPENDED
    assert state.visits_of(marta.account_id) == []
    assert all(device.revoked_at for device in state.all(Device))
    assert not office.good(link)
    assert door.closed(marta, device_token=cookie)
    office.ask(marta.email)
    assert office.answer() == 0
    for act in (hands.disable, hands.resend, hands.unlock):
        with pytest.raises(Disabled):
            act(marta)
    assert acts(state) == [("account_disabled", marta.account_id, marta.customer_id)]


def test_an_enabled_account_is_as_it_was_with_no_session_left(
    hands: Hands, marta: Person, door: Door, state: State
) -> None:
    hands.disable(marta)
    closing = door.open  # a sign-in that was being checked while the account was disabled
    state.change(marta.account_id, state=ACTIVE)
    closing(marta)
    state.change(marta.account_id, state=SUSPENDED)
    assert hands.enable(marta) == Enabled(usable=True)
    assert state.visits_of(marta.account_id) == []
    door.open(marta)
    with pytest.raises(NotDisabled):
        hands.enable(marta)
    kinds = [kind for kind, *_ in acts(state)]
    assert kinds == ["account_disabled", "account_enabled"]


def test_a_provisional_account_is_provisional_again(
    hands: Hands, new_customer: Callable[..., Person], door: Door, clock: Clock, state: State
) -> None:
    luis = new_customer()
    hands.disable(luis)
    assert door.closed(luis)
    assert hands.enable(luis) == Enabled(usable=True)
    assert state.account(luis.account_id).state == PROVISIONAL
    door.open(luis)
    hands.disable(luis)
    assert hands.enable(luis) == Enabled(usable=False)
    assert door.closed(luis)
    hands.resend(luis)


def test_choosing_a_password_meanwhile_does_not_lift_a_suspension(
    hands: Hands,
    marta: Person,
    visit: CurrentVisit,
    desk: Desk,
    meanwhile: Callable[[Callable[[], object]], Busy],
) -> None:
    with pytest.raises(AlreadyDone):
        desk.choose(visit, meanwhile(lambda: hands.disable(marta)))
    with pytest.raises(Disabled):
        hands.disable(marta)


def test_sessions_end_and_devices_stay(
    hands: Hands, marta: Person, door: Door, people: People, state: State
) -> None:
    people.device_of(marta)
    other = people.active()
    for person in (marta, marta, other):
        door.open(person)
    assert hands.end_sessions(marta) == Ended(2)
    assert hands.end_sessions(marta) == Ended(0)
    assert [row.account_id for row in state.all(Visit)] == [other.account_id]
    assert not any(device.revoked_at for device in state.all(Device))
    assert [kind for kind, *_ in acts(state)] == ["sessions_ended", "sessions_ended"]
