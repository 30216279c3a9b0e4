"""Descargar mis datos: behind a fresh password, for its owner alone, complete without script."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from finportal.adapters.database import Database
from finportal.models import Account
from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.visitor import Visitor

PAGE = "/datos/descargar"
FILE = f"{PAGE}/mis-datos.zip"


@pytest.fixture
def person(visitor: Visitor, people: People) -> Person:
    """A customer who signed in a moment ago."""
    person = people.active()
    visitor.sign_in(person)
    return person


def test_asked_made_and_taken(
    visitor: Visitor,
    person: Person,
    deliver: Callable[[], object],
    statements: Statements,
) -> None:
    visitor.open(PAGE).press(PAGE)
    assert "Lo estamos preparando" in visitor.words
    waiting = visitor.page.select_one("#espera")
    assert waiting
    assert waiting["hx-get"] == f"{PAGE}/espera?vez=1"
    assert visitor.page.select_one("noscript meta")
    assert visitor.client.get(FILE).headers["Location"].startswith(PAGE)
    deliver()
    answer = visitor.client.get(waiting["hx-get"], headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, PAGE)
    visitor.open(PAGE)
    assert "Su archivo está listo" in visitor.words
    answer = visitor.client.get(FILE)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=mis-datos-2026")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        assert person.id_number.encode() in bundle.read("json/identidad.json")
    answer.close()
    statements.clear()
    visitor.client.get(PAGE)
    assert len(statements) <= 5


def test_each_step_asks_for_a_password_just_given(
    visitor: Visitor, person: Person, clock: Clock, deliver: Callable[[], object]
) -> None:
    visitor.open(PAGE).press(PAGE)
    deliver()
    clock.forward(minutes=5)
    for address in (PAGE, FILE):
        answer = visitor.client.get(address)
        assert answer.headers["Location"] == "/seguridad/clave?a=/datos/descargar"
    assert visitor.client.get(f"{PAGE}/espera").status_code == 303
    visitor.open(FILE).fill("/seguridad/clave", password=person.password)
    assert visitor.address == PAGE
    with visitor.client.get(FILE) as answer:
        assert answer.status_code == 200


def test_another_customer_gets_nothing_by_the_same_address(
    app: Flask, visitor: Visitor, person: Person, people: People, deliver: Callable[[], object]
) -> None:
    visitor.open(PAGE).press(PAGE)
    deliver()
    other = Visitor(app, people)
    assert other.client.get(FILE).headers["Location"].startswith("/ingresar")
    other.sign_in(people.active())
    other.open(FILE)
    assert (other.address, other.status) == (f"{PAGE}?aviso=copy_gone", 200)
    assert "No hay un archivo" in other.words
    assert other.client.post(PAGE).status_code == 400


def test_three_a_day_are_enough_and_a_held_account_gets_none(
    visitor: Visitor, person: Person, db: Database, clock: Clock, deliver: Callable[[], object]
) -> None:
    for _ in range(3):
        visitor.open(PAGE).press(PAGE)
        deliver()
    assert visitor.open(PAGE).press(PAGE).status == 429
    visitor.open(PAGE)
    with db.write() as session:
        account = session.get_one(Account, person.account_id)
        account.held_until = clock() + timedelta(hours=1)
    visitor.press(PAGE)
    assert "sus datos se pueden descargar desde el" in visitor.words
    assert not visitor.page.find("form", attrs={"action": PAGE})
    assert visitor.client.get(FILE).headers["Location"] == f"{PAGE}?aviso=held"
    clock.forward(hours=24)
    visitor.sign_in(person)
    assert "ya se borró" in visitor.open(PAGE).words
    assert visitor.client.get(FILE).headers["Location"] == f"{PAGE}?aviso=copy_gone"
