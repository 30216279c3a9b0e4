"""Contact data changed and undone: who is told, who may undo it, and what stays closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Account, ContactMark, Customer
from finportal.models.accounts import ACTIVE, PROVISIONAL
from finportal.models.contacts import (
    ADDRESS,
    CITY,
    CONFIRMED,
    EMAIL,
    MOBILE,
    OPERATOR,
    PORTAL,
    REGISTRATION,
    UNDONE,
)
from finportal.services import recognition
from finportal.services.contacts import changing, undoing
from finportal.services.contacts.changing import Changed, Held, Unchanged
from finportal.services.contacts.undoing import Now, Undo
from finportal.services.errors import AlreadyDone
from finportal.services.identity import NotIdentity
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Desk, Door, Recovery, State

Posted = Callable[..., list[Letter]]
NEW = "nueva@correo.example"


class Hand:
    """Changes contact data and undoes it, as the pages and mailed links do."""

    def __init__(self, db: Database, vault: CountingVault, people: People) -> None:
        self.db, self.vault, self.people = db, vault, people

    def change(self, person: Person, field: str, new: str, **more: Any) -> Changed:
        values = {"source": PORTAL, "around": self.people.around()} | more
        with self.db.write() as session:
            return changing.change(session, self.vault, person.customer_id, field, new, **values)

    def look(self, token: str) -> Undo | None:
        return undoing.look(self.db, token, self.people.around())

    def undo(self, token: str) -> Undo | None:
        return undoing.undo(self.db, self.vault, token, self.people.around())

    def held(self, person: Person) -> Any:
        with self.db.read() as session:
            around = self.people.around()
            return changing.held_until(session, person.customer_id, around)

    def values(self, person: Person) -> dict[str, Any]:
        columns = (Customer.email, Customer.mobile, Customer.address, Customer.city)
        query = select(*columns, Account.email).outerjoin(
            Account, Account.customer_id == Customer.id
        )
        with self.db.read() as session:
            row = session.execute(query.where(Customer.id == person.customer_id)).one()
        return dict(zip((EMAIL, MOBILE, ADDRESS, CITY, "account"), row, strict=True))


@pytest.fixture
def hand(db: Database, vault: CountingVault, people: People) -> Hand:
    return Hand(db, vault, people)


@pytest.fixture
def token(posted: Posted) -> Callable[[int], str]:
    """The undo link's token in a letter about a change."""
    return lambda place=-1: posted("contact_changed")[place].values["token"]


def test_an_email_change_is_told_to_both_addresses(
    hand: Hand, marta: Person, posted: Posted, state: State
) -> None:
    done = hand.change(marta, EMAIL, " Nueva@Correo.example ")
    assert (done.old, done.new, done.held_until) == (marta.email, NEW, None)
    values = hand.values(marta)
    assert (values[EMAIL], values["account"]) == (NEW, NEW)
    old, new = posted()
    assert (old.kind, old.to, old.values["now_is"]) == (
        "contact_changed", marta.email, "n•••@c•••.example",
    )  # fmt: skip
    assert (new.kind, new.to) == ("email_is_new", NEW)
    initial = recognition.initial(hand.vault, NEW)
    shown = new.values["picture"], new.values["phrase"]
    assert shown == (initial.picture.id, initial.phrase)
    assert "token" not in new.values
    assert state.kinds() == ["contact_changed"]


def test_every_other_session_and_recovery_link_ends_at_once(
    hand: Hand, marta: Person, door: Door, desk: Desk, *, office: Recovery, state: State
) -> None:
    link = office.link(marta)
    own, _other, _third = (desk.seat(door.open(marta)) for _ in range(3))
    hand.change(marta, EMAIL, NEW, keep=own.id)
    [left] = state.visits_of(marta.account_id)
    assert (left.id, left.email) == (own.id, NEW)
    assert not office.good(link)


@pytest.mark.parametrize(
    ("field", "typed"),
    [(EMAIL, "no es"), (MOBILE, "123"), (ADDRESS, ""), (CITY, "x" * 201), (CITY, "a\u200bb")],
)
def test_what_a_file_could_not_hold_is_refused(
    hand: Hand, marta: Person, state: State, field: str, typed: str
) -> None:
    before = hand.values(marta)
    with pytest.raises(NotIdentity):
        hand.change(marta, field, typed)
    with pytest.raises(Unchanged):
        hand.change(marta, MOBILE, f"+57 {marta.mobile}")
    assert (hand.values(marta), state.kinds()) == (before, [])


def test_looking_changes_nothing_and_undoing_closes_the_account(
    hand: Hand, marta: Person, token: Callable[..., str], *, door: Door, office: Recovery,
    posted: Posted, state: State,
) -> None:  # fmt: skip
    before = hand.values(marta)
    hand.change(marta, EMAIL, NEW)
    door.open(marta, email=NEW)
    seen = hand.look(token())
    assert seen
    assert seen.now is Now.OPEN
    assert [(item.before, item.after) for item in seen.items] == [
        ("m•••@c•••.example", "n•••@c•••.example")
    ]
    assert len(state.visits_of(marta.account_id)) == 1
    done = hand.undo(token())
    assert done
    assert done.now is Now.UNDONE
    assert (hand.values(marta), state.visits_of(marta.account_id)) == (before, [])
    assert state.account(marta.account_id).state == PROVISIONAL
    assert door.closed(marta)
    assert door.closed(marta, email=NEW)
    assert [letter.to for letter in posted("contact_undone")] == [marta.email, NEW]
    marta.password = "tres gatos y una luna"
    office.set(office.link(marta))
    assert state.account(marta.account_id).state == ACTIVE
    door.open(marta)


def test_a_link_works_once_and_for_72_hours(
    hand: Hand, marta: Person, token: Callable[..., str], clock: Clock, state: State
) -> None:
    hand.change(marta, EMAIL, NEW)
    first = token()
    hand.undo(first)
    again = hand.undo(first)
    assert again
    assert again.now is Now.UNDONE
    assert state.kinds().count("contact_undone") == 1
    hand.change(marta, MOBILE, "3201112233")
    clock.forward(hours=72)
    late = hand.undo(token())
    assert late
    assert late.now is Now.OVER
    assert hand.values(marta)[MOBILE] == "3201112233"
    assert hand.look("x" * 43) is None
    assert hand.undo("x" * 43) is None


def test_the_first_link_undoes_whatever_an_intruder_changed_after_it(
    hand: Hand, marta: Person, posted: Posted, token: Callable[..., str]
) -> None:
    before = hand.values(marta)
    hand.change(marta, EMAIL, NEW)
    first = token()
    hand.change(marta, EMAIL, "otra@correo.example")
    hand.change(marta, MOBILE, "3201112233")
    assert {letter.to for letter in posted("contact_changed")[-3:]} == {
        marta.email, NEW, "otra@correo.example",
    }  # fmt: skip
    hand.change(marta, CITY, "Cali", source=OPERATOR)
    hand.undo(first)
    assert hand.values(marta) == before | {CITY: "Cali"}


def test_undoing_the_second_change_leaves_the_first(
    hand: Hand, marta: Person, token: Callable[..., str]
) -> None:
    hand.change(marta, MOBILE, "3201112233")
    hand.change(marta, MOBILE, "3204445566")
    first, second = token(-2), token()
    hand.undo(second)
    assert hand.values(marta)[MOBILE] == "3201112233"
    hand.undo(first)
    assert hand.values(marta)[MOBILE] == marta.mobile


def test_two_who_press_at_once_undo_once(
    hand: Hand, marta: Person, token: Callable[..., str], *, at_once: Any, state: State
) -> None:
    hand.change(marta, EMAIL, NEW)
    pressed = token()
    done = at_once(lambda: hand.undo(pressed), 4)
    assert [one.now for one in done] == [Now.UNDONE] * 4
    assert state.kinds().count("contact_undone") == 1


def test_a_held_account_changes_nothing_until_staff_is_sure(
    hand: Hand, marta: Person, db: Database, people: People, *, clock: Clock, state: State
) -> None:
    two_days = timedelta(hours=48)
    done = hand.change(marta, EMAIL, NEW, source=REGISTRATION, hold=two_days)
    assert done.held_until == hand.held(marta) == clock() + two_days
    assert state.account(marta.account_id).held_until == clock() + two_days
    with pytest.raises(Held) as refusal:
        hand.change(marta, CITY, "Cali")
    assert refusal.value.until == clock() + two_days
    hand.change(marta, CITY, "Cali", source=OPERATOR)
    with db.write() as session:
        changing.confirm(session, done.id, "Ana", people.around())
    assert hand.held(marta) is None
    assert state.account(marta.account_id).held_until is None
    hand.change(marta, CITY, "Pasto")
    with db.write() as session, pytest.raises(AlreadyDone):
        changing.confirm(session, done.id, "Ana", people.around())
    with db.write() as session, pytest.raises(LookupError):
        changing.confirm(session, 999, "Ana", people.around())
    assert [row.mark for row in state.all(ContactMark)] == [CONFIRMED]


def test_a_hold_ends_by_itself(hand: Hand, marta: Person, clock: Clock) -> None:
    hand.change(marta, EMAIL, NEW, hold=timedelta(hours=48))
    clock.forward(hours=48)
    assert hand.held(marta) is None
    hand.change(marta, CITY, "Cali")


def test_before_there_is_an_account_the_customer_alone_changes(
    hand: Hand, people: People, token: Callable[..., str], *, door: Door, state: State
) -> None:
    luis = people.customer()
    hand.change(luis, EMAIL, NEW, source=REGISTRATION, hold=timedelta(hours=48))
    assert hand.held(luis)
    assert hand.values(luis)[EMAIL] == NEW
    intruder = people.active(email=NEW)
    with people_of(hand) as session:  # the account that the intruder opened with the new address
        session.execute(
            update(Account)
            .where(Account.id == intruder.account_id)
            .values(customer_id=luis.customer_id)
        )
    hand.undo(token())
    values = hand.values(luis)
    assert (values[EMAIL], values["account"]) == (luis.email, luis.email)
    account = state.account(intruder.account_id)
    assert (account.state, account.image, account.phrase) == (PROVISIONAL, None, None)
    assert door.closed(luis)
    assert hand.held(luis) is None


def people_of(hand: Hand) -> Any:
    """A transaction behind the portal's back."""
    return hand.db.write()


def test_staff_may_undo_at_any_time(
    hand: Hand, marta: Person, db: Database, people: People, *, clock: Clock, state: State
) -> None:
    done = hand.change(marta, EMAIL, NEW)
    clock.forward(days=30)
    with db.write() as session:
        undoing.take_back(session, hand.vault, done.id, "Ana", people.around())
    assert hand.values(marta)[EMAIL] == marta.email
    with db.write() as session, pytest.raises(AlreadyDone):
        undoing.take_back(session, hand.vault, done.id, "Ana", people.around())
    assert [(row.mark, row.by) for row in state.all(ContactMark)] == [(UNDONE, "Ana")]


def test_a_new_email_recovers_nothing_for_two_days(
    hand: Hand, marta: Person, posted: Posted, *, office: Recovery, clock: Clock, state: State
) -> None:
    hand.change(marta, EMAIL, NEW)
    for typed in (NEW, marta.id_number):
        office.ask(typed)
    assert office.answer() == 2
    assert [(letter.kind, letter.to) for letter in posted()][-2:] == [("recovery_later", NEW)] * 2
    assert state.kinds()[-2:] == ["recovery_put_off"] * 2
    clock.forward(hours=48)
    office.ask(NEW)
    office.answer()
    assert (posted()[-1].kind, posted()[-1].to) == ("recovery", NEW)


def test_for_a_week_the_old_address_hears_what_happens_to_the_account(
    hand: Hand, marta: Person, posted: Posted, *, door: Door, desk: Desk, clock: Clock
) -> None:
    hand.change(marta, EMAIL, NEW)
    desk.choose(desk.seat(door.open(marta, email=NEW)))
    told = [(letter.kind, letter.to) for letter in posted()]
    assert [to for one, to in told if one == "password_changed"] == [NEW, marta.email]
    clock.forward(hours=72)
    hand.change(marta, MOBILE, "3201112233")
    new, old = posted("contact_changed")[-2:]
    assert (new.to, bool(new.values["token"])) == (NEW, True)
    assert (old.to, old.values["token"]) == (marta.email, "")
    clock.forward(days=4)
    hand.change(marta, MOBILE, "3204445566")
    assert [letter.to for letter in posted("contact_changed")][-2:] == [marta.email, NEW]
