"""Autorizaciones: what was accepted word for word, and offers given and taken back at once."""

from datetime import timedelta

import pytest
from flask import Flask

from finportal.adapters.database import Database
from finportal.models import Account, Consent
from finportal.services import consents
from finportal.services.consents import Text
from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.pages.credit_scenes import plain
from tests.visitor import Visitor

PAGE = "/datos/autorizaciones"


@pytest.fixture
def person(visitor: Visitor, people: People, db: Database) -> Person:
    """A customer who accepted a text, signed in."""
    person = people.active()
    with db.write() as session:
        text = Text("2026-11", "es", "Primera palabra.\n\nSegunda palabra.")
        consents.accept(session, person.customer_id, text, people.around())
    visitor.sign_in(person)
    return person


def test_it_shows_the_words_the_moment_and_the_network(
    visitor: Visitor, person: Person, statements: Statements
) -> None:
    visitor.open(PAGE)
    words = plain(visitor.words)
    assert "Primera palabra. Segunda palabra." in words
    place = "la dirección de internet que empieza por 203.0.113"
    assert f"Aceptada el 23 nov 2026, 10:00 a. m. desde {place}" in words
    assert "No se puede retirar mientras tenga un contrato" in words
    assert not visitor.page.find("button", string="Retirar esta autorización")
    statements.clear()
    visitor.client.get(PAGE)
    assert len(statements) <= 5


def test_offers_are_off_until_given_and_off_at_once_when_taken_back(
    visitor: Visitor, person: Person, db: Database
) -> None:
    visitor.open(PAGE).fill(f"{PAGE}/ofertas", texto="0" * 64)
    assert "El texto de la autorización cambió" in visitor.words
    with db.read() as session:
        assert session.query(Consent).count() == 1
    assert "no le enviamos ofertas" in visitor.words
    visitor.press(f"{PAGE}/ofertas")
    assert visitor.heading == "Preferencias de contacto"
    visitor.open(PAGE).press(f"{PAGE}/ofertas/retirar")
    assert "Retiró la autorización" in visitor.words
    assert "no le enviamos ofertas" in visitor.words
    assert "Retirada el 23 nov 2026" in plain(visitor.words)


def test_another_customer_sees_nothing_of_it(
    app: Flask, visitor: Visitor, person: Person, people: People, clock: Clock
) -> None:
    visitor.open(PAGE).press(f"{PAGE}/ofertas")
    other = Visitor(app, people)
    other.sign_in(people.active())
    other.open(PAGE)
    assert "Primera palabra" not in other.words
    assert "Nada todavía en este portal" in other.words
    assert other.client.post(f"{PAGE}/ofertas/retirar").status_code == 400
    assert "La dio el" in visitor.open(PAGE).words


def test_a_held_account_neither_gives_nor_takes_back(
    visitor: Visitor, person: Person, db: Database, clock: Clock
) -> None:
    with db.write() as session:
        account = session.get_one(Account, person.account_id)
        account.held_until = clock() + timedelta(hours=1)
    visitor.open(PAGE).fill(f"{PAGE}/ofertas")
    assert "cuando pase la espera" in visitor.words
    assert visitor.page.find("form", action=f"{PAGE}/ofertas")
    clock.forward(hours=2)
    visitor.sign_in(person).open(PAGE).fill(f"{PAGE}/ofertas")
    assert visitor.heading == "Preferencias de contacto"
