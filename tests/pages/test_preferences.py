"""Preferencias de contacto: chosen purpose by purpose, nothing ticked that nobody chose."""

from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.models import Account, ContactPreference
from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.visitor import Visitor

PAGE = "/datos/preferencias"


@pytest.fixture
def person(visitor: Visitor, people: People) -> Person:
    """A customer, signed in."""
    person = people.active()
    visitor.sign_in(person)
    return person


def kept(db: Database) -> list[tuple[str, str, str, str]]:
    with db.read() as session:
        rows = session.query(ContactPreference).order_by(ContactPreference.id)
        return [(row.purpose, row.channels, row.weekdays, row.saturdays) for row in rows]


def hours(**changed: str) -> dict[str, str]:
    """The hours of a form nobody touched."""
    return {
        f"{purpose}_{part}": "any"
        for purpose in ("collections", "service")
        for part in ("weekdays", "saturdays")
    } | changed


def test_nothing_is_ticked_and_nothing_is_kept_until_something_is_chosen(
    visitor: Visitor, person: Person, db: Database, statements: Statements
) -> None:
    visitor.open(PAGE)
    assert not visitor.page.find("input", attrs={"checked": True})
    assert "no las ha autorizado" in visitor.words
    visitor.fill(PAGE, **hours())
    for changed in ({"service_weekdays": "night"}, {"service_channels": "visit"}):
        assert visitor.fill(PAGE, **hours(**changed)).status == 422
    assert kept(db) == []
    visitor.open(PAGE).fill(f"{PAGE}/extractos", medio="mail")
    assert "Le avisaremos por correo" in visitor.words
    visitor.fill(f"{PAGE}/extractos", medio="portal")
    assert "No le enviaremos más avisos" in visitor.words
    statements.clear()
    visitor.client.get(PAGE)
    assert len(statements) <= 5


def test_it_says_how_long_the_session_waits(visitor: Visitor, person: Person) -> None:
    assert person.personalised
    assert "Si pasan 15 minutos sin actividad" in visitor.open(PAGE).words


def test_what_was_chosen_is_kept_and_shown_again(
    visitor: Visitor, person: Person, db: Database
) -> None:
    chosen = hours(collections_channels="whatsapp", collections_saturdays="never")
    visitor.open(PAGE).fill(PAGE, **chosen)
    assert "Guardamos sus preferencias" in visitor.words
    assert kept(db) == [("collections", "whatsapp", "any", "never")]
    ticked = visitor.page.find_all("input", attrs={"checked": True})
    assert [one["value"] for one in ticked] == ["whatsapp"]
    assert visitor.page.select_one("#collections_saturdays option[selected]")["value"] == "never"
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    answer = visitor.client.post(PAGE, data=hours(csrf_token=token))
    assert (answer.status_code, "Elija al menos un canal" in answer.text) == (422, True)


def test_offers_are_asked_about_only_while_allowed_and_nothing_while_held(
    visitor: Visitor, person: Person, db: Database, clock: Clock
) -> None:
    visitor.open(PAGE).fill(PAGE, **hours(commercial_channels="sms"))
    assert kept(db) == []
    visitor.open("/datos/autorizaciones").press("/datos/autorizaciones/ofertas")
    chosen = {
        "commercial_channels": "sms",
        "commercial_weekdays": "morning",
        "collections_channels": "call",
    }
    visitor.fill(PAGE, **hours(**chosen, commercial_saturdays="never"))
    sold = kept(db)
    assert ("commercial", "sms", "morning", "never") in sold
    with db.write() as session:
        account = session.get_one(Account, person.account_id)
        account.held_until = clock() + timedelta(hours=1)
    visitor.fill(PAGE, **hours(service_channels="call"), **chosen, commercial_saturdays="never")
    assert "Por seguridad, esto se abre" in visitor.words
    assert kept(db) == sold
