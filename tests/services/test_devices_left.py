"""What is known of an account's browsers after its e-mail or password changed."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Device
from finportal.models.contacts import EMAIL, OPERATOR, PORTAL
from finportal.services import device_alarms
from finportal.services.contacts import changing, own
from finportal.services.errors import Refused
from finportal.services.visits import CurrentVisit
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import People, Person
from tests.services.hands import Busy, Desk, Door, State

NEW = "nueva@correo.example"
Move = Callable[..., None]


@pytest.fixture
def move(db: Database, vault: CountingVault, people: People) -> Move:
    """Change a person's e-mail."""

    def moved(person: Person, keep: int | None = None, source: str = PORTAL) -> None:
        with db.writing() as link:
            changing.change(
                link, vault, person.customer_id, EMAIL, NEW,
                source=source, around=people.around(), keep=keep,
            )  # fmt: skip

    return moved


def known(db: Database) -> list[int]:
    """The devices that are known still."""
    with db.read() as session:
        query = select(Device.id).where(Device.revoked_at.is_(None)).order_by(Device.id)
        return list(session.scalars(query))


def test_another_email_leaves_this_browser_known_and_from_staff_none(
    move: Move, visit: CurrentVisit, marta: Person, people: People, db: Database
) -> None:
    people.device_of(marta)
    assert len(known(db)) == 2
    move(marta, visit.id)
    assert known(db) == [visit.device_id]
    other = people.active()
    people.device_of(other)
    move(other, source=OPERATOR)
    assert known(db) == [visit.device_id]


def test_another_password_leaves_this_browser_known(
    desk: Desk, visit: CurrentVisit, marta: Person, people: People, db: Database
) -> None:
    people.device_of(marta)
    desk.choose(visit)
    assert known(db) == [visit.device_id]


def test_a_sign_in_under_way_ends_when_the_email_changes(
    move: Move, marta: Person, door: Door, settings: Settings, *, people: People, state: State
) -> None:
    device = people.device_of(marta)
    with pytest.raises(Refused):
        door.open(marta, vault=Busy(settings, lambda: move(marta)), device_token=device)
    assert state.visits_of(marta.account_id) == []


def test_the_address_that_was_replaced_hears_of_a_stolen_cookie(
    move: Move, marta: Person, people: People, clock: Clock, *, db: Database,
    door: Door, desk: Desk, posted: Callable[..., list[Letter]],
) -> None:  # fmt: skip
    stolen = people.device_of(marta)
    opened = door.open(marta, device_token=stolen)
    clock.forward(minutes=6)
    newest = door.open(marta, device_token=opened.device_token)
    move(marta, desk.seat(newest).id)
    around = people.around(device_token=stolen)
    with db.writing() as link:
        device_alarms.at_sign_in(link, door.vault, NEW, around)
    assert [letter.to for letter in posted("device_alarm")] == [NEW, marta.email]


def test_who_proves_a_new_email_holds_customer_and_account_before_the_code(
    visit: CurrentVisit, people: People, db: Database, vault: CountingVault, *,
    posted: Callable[..., list[Letter]], statements: Statements,
) -> None:  # fmt: skip
    own.send_code(db, vault, visit, EMAIL, NEW, around=people.around())
    code = posted("code")[-1].values["code"]
    statements.clear()
    own.prove(db, vault, visit, EMAIL, code, around=people.around())
    used = next(n for n, text in enumerate(statements.texts) if "DELETE FROM" in text)
    before = " ".join(statements.texts[:used])
    assert before.index("FROM customers") < before.rindex("FROM accounts")
