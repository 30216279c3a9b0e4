"""Undoing changes of contact data: whose link still does it, and what else it must not touch."""

from collections.abc import Callable

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import opens
from finportal.models import Visit
from finportal.models.accounts import PROVISIONAL
from finportal.models.contacts import ADDRESS, EMAIL, OPERATOR, PORTAL
from finportal.services import customer_desk
from finportal.services.contacts import changing, moves, undoing
from finportal.services.contacts.changing import Changed
from finportal.services.contacts.undoing import Now
from finportal.services.operators import Operator, Whom
from finportal.services.passwords import Flaw
from finportal.services.personalisation import PasswordFlawed
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import NEW_PASSWORD, Door, Recovery, State

Change = Callable[..., Changed]
TakeBack = Callable[[Changed], None]
Posted = Callable[..., list[Letter]]


@pytest.fixture
def change(db: Database, vault: CountingVault, people: People) -> Change:
    """Change one of the contact data, as the portal or staff."""

    def made(person: Person, field: str, new: str, source: str = PORTAL) -> Changed:
        with db.writing() as link:
            return changing.change(
                link, vault, person.customer_id, field, new, source=source, around=people.around()
            )

    return made


@pytest.fixture
def take_back(db: Database, vault: CountingVault, people: People) -> TakeBack:
    """Undo a change as staff."""

    def undone(done: Changed) -> None:
        with db.writing() as link:
            undoing.take_back(link, vault, done.id, "Ana", people.around())

    return undone


def test_undoing_for_a_customer_without_an_account_ends_no_other_session(
    change: Change, take_back: TakeBack, people: People, state: State
) -> None:
    people.visit_of("otra@correo.example")
    done = change(people.customer(), ADDRESS, "Calle 1 # 2-3", OPERATOR)
    take_back(done)
    assert state.count(Visit) == 1


def test_the_account_goes_back_to_the_address_it_had_just_before(
    change: Change, take_back: TakeBack, people: People, state: State
) -> None:
    person = people.active()
    change(person, EMAIL, "b@correo.example", OPERATOR)
    state.change(person.account_id, email="c@correo.example")  # registered again with the file's
    done = change(person, EMAIL, "d@correo.example")
    take_back(done)
    assert state.account(person.account_id).email == "c@correo.example"


def test_no_password_opens_an_undone_account_after_it_was_disabled_and_enabled(
    change: Change, take_back: TakeBack, people: People, db: Database, *,
    vault: CountingVault, state: State, door: Door,
) -> None:  # fmt: skip
    person, staff = people.active(), Operator("Ana", "llamada")
    take_back(change(person, EMAIL, "otra@correo.example"))
    customer_desk.disable(db, Whom(person.id_number), staff, people.around())
    enabled = customer_desk.enable(db, Whom(person.id_number), staff, people.around())
    assert not enabled.usable
    account = state.account(person.account_id)
    assert (account.state, opens(account.password_hash)) == (PROVISIONAL, False)
    assert door.closed(person)
    assert not vault.password_matches("", account.password_hash)


def test_the_password_of_an_undone_account_opens_nothing_and_is_no_new_one(
    change: Change, take_back: TakeBack, people: People, office: Recovery, *,
    vault: CountingVault, state: State, door: Door,
) -> None:  # fmt: skip
    person = people.active()
    take_back(change(person, EMAIL, "otra@correo.example"))
    take_back(change(person, EMAIL, "tercera@correo.example"))
    assert not vault.password_matches(
        person.password, state.account(person.account_id).password_hash
    )
    vault.kdf_runs = 0
    assert door.closed(person)
    assert vault.kdf_runs == 1
    token = office.link(person)
    with pytest.raises(PasswordFlawed) as refusal:
        office.set(token, person.password)
    assert refusal.value.flaw is Flaw.REPEATED
    office.set(token)
    assert not door.closed(person, password=NEW_PASSWORD)


def test_who_held_the_mailbox_that_staff_replaced_undoes_and_hears_nothing(
    change: Change, people: People, posted: Posted, *, clock: Clock, db: Database
) -> None:
    person = people.active()
    change(person, EMAIL, "segura@correo.example", OPERATOR)
    [told] = posted("contact_changed")
    assert (told.to, told.values["token"]) == (person.email, "")
    clock.forward(hours=1)
    with db.reading() as link:
        assert moves.recovers_from(link, person.customer_id, clock()) is None
    change(person, ADDRESS, "Calle 9 # 8-7")
    _, told = posted("contact_changed")
    assert (told.to, bool(told.values["token"])) == ("segura@correo.example", True)


def test_no_link_undoes_what_staff_confirmed(
    change: Change, people: People, posted: Posted, *, db: Database, vault: CountingVault,
    take_back: TakeBack, state: State,
) -> None:  # fmt: skip
    person = people.active()
    change(person, ADDRESS, "Calle 1 # 2-3")
    moved = change(person, EMAIL, "nueva@correo.example")
    before, own = (letter.values["token"] for letter in posted("contact_changed"))
    with db.writing() as link:
        changing.confirm(link, moved.id, "Ana", people.around())
        assert moves.former_addresses(link, person.customer_id, people.around().now) == []
    for token, now in ((own, Now.OVER), (before, Now.UNDONE)):
        done = undoing.undo(db, vault, token, people.around())
        assert done
        assert done.now is now
    assert state.account(person.account_id).email == "nueva@correo.example"
    take_back(moved)
    assert state.account(person.account_id).email == person.email
