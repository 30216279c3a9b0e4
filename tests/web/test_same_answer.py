"""Strangers learn nothing: known and unknown people get the same bytes for the same work."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.models import OutboxMail
from finportal.web.context import Portal
from tests.doubles import CountingVault, Statements
from tests.factories import People, Person
from tests.visitor import Visitor

CHANGING = re.compile(
    r'value="[\w.-]{60,}"|class="reference">\w+|[\w.%+-]+@correo\.example|\b\d{7,10}\b'
)
PICTURE = re.compile(r"<figure.*?</figure>", re.DOTALL)


class Answer(NamedTuple):
    """All that a stranger sees or can measure of one answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    kdf_runs: int
    statements: tuple[str, ...]
    letters: int


@pytest.fixture
def ask(
    app: Flask, people: People, portal: Portal, db: Database, statements: Statements
) -> Callable[..., Answer]:
    """Do something as a new visitor and note everything about the answer."""

    def do(prepare: Callable[[Visitor], object], address: str, **values: str) -> Answer:
        visitor = Visitor(app, people)
        prepare(visitor)
        vault = portal.vault
        assert isinstance(vault, CountingVault)
        form = visitor.page.find("form", action=address)
        token = form.find("input", attrs={"name": "csrf_token"})["value"]
        vault.kdf_runs, before = 0, letters(db)
        statements.clear()
        reply = visitor.client.post(address, data=values | {"csrf_token": token})
        seen = tuple(statements.texts)
        body = PICTURE.sub("", CHANGING.sub("…", reply.get_data(as_text=True)))
        headers = tuple(
            (name, re.sub(r"=[\w-]{43}", "=…", value))
            for name, value in reply.headers
            if name != "Content-Length"  # what was typed comes back in the page
        )
        return Answer(reply.status_code, headers, body, vault.kdf_runs, seen, letters(db) - before)

    return do


def letters(db: Database) -> int:
    """How many letters were ever posted."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(OutboxMail)) or 0


def registration_of(person: Person, **changed: str) -> dict[str, str]:
    """What the register form sends."""
    return {
        "id_type": person.id_type,
        "id_number": person.id_number,
        "email": person.email,
        "mobile": person.mobile,
        "consent": "y",
    } | changed


def test_every_cause_of_a_mismatch_is_the_same(ask: Callable[..., Answer], people: People) -> None:
    person, other, registered = people.customer(), people.customer(), people.active()
    causes = [
        registration_of(person, id_number="1010101010"),
        registration_of(person, email=other.email),
        registration_of(person, mobile=other.mobile),
        registration_of(person, id_type="CE", id_number="424242"),
        registration_of(registered, mobile="3015550000"),
    ]
    answers = [
        ask(lambda visitor: visitor.open("/registro"), "/registro", **cause) for cause in causes
    ]
    assert len({answer._replace(body="") for answer in answers}) == 1
    kinds = {re.sub(r"<option.*?</option>|value=\"[^\"]*\"", "", answer.body) for answer in answers}
    assert len(kinds) == 1
    assert (answers[0].kdf_runs, answers[0].letters) == (1, 0)


def test_new_and_already_registered_look_the_same(
    ask: Callable[..., Answer], people: People
) -> None:
    new, known = people.customer(), people.active()
    first, second = (
        ask(lambda visitor: visitor.open("/registro"), "/registro", **registration_of(person))
        for person in (new, known)
    )
    assert first._replace(statements=()) == second._replace(statements=())
    assert (first.status, first.kdf_runs, first.letters) == (303, 1, 1)


def test_any_address_begins_alike(ask: Callable[..., Answer], people: People) -> None:
    addresses = [people.active().email, people.customer().email, "nadie@correo.example"]
    answers = {
        ask(lambda visitor: visitor.open("/ingresar"), "/ingresar", email=address)
        for address in addresses
    }
    assert len(answers) == 1


def test_the_image_page_reads_no_account(
    app: Flask, people: People, statements: Statements
) -> None:
    pages = []
    for address in (people.active().email, "nadie@correo.example"):
        visitor = Visitor(app, people).open("/ingresar")
        visitor.fill("/ingresar", email=address)
        statements.clear()
        reply = visitor.client.get("/ingresar/imagen")
        assert len(statements) == 1, "only the session is read"
        pages.append(PICTURE.sub("", CHANGING.sub("…", reply.get_data(as_text=True))))
    assert pages[0] == pages[1]


def test_every_refused_password_is_the_same(ask: Callable[..., Answer], people: People) -> None:
    known, unknown, new = people.active(), people.customer(), people.registered()
    tries = [
        (new, {"id_number": new.id_number, "password": "abcd efgh jklm npqr"}),
        (known, {"id_number": known.id_number, "password": "no es la clave"}),
        (known, {"id_number": "1010101010", "password": known.password}),
        (unknown, {"id_number": unknown.id_number, "password": "no es la clave"}),
    ]
    answers = [
        ask(
            lambda visitor, person=person: visitor.come_to_password(person),
            "/ingresar/clave",
            **values,
        )
        for person, values in tries
    ]
    assert len(set(answers)) == 1
    assert (answers[0].status, answers[0].kdf_runs, answers[0].letters) == (422, 1, 0)


def test_asking_for_recovery_is_the_same(ask: Callable[..., Answer], people: People) -> None:
    known = people.active()
    answers = {
        ask(lambda visitor: visitor.open("/recuperar"), "/recuperar", who=who)
        for who in (known.email, known.id_number, "nadie@correo.example", "1010101010", "qué")
    }
    assert len(answers) == 1
    (answer,) = answers
    assert (answer.status, answer.letters) == (303, 0)
