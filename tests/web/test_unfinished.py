"""A session that closes over a form: signing in leads back to it, with what was typed."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from wtforms import PasswordField
from wtforms.csrf.core import CSRFTokenField

from finportal.adapters.database import Database
from finportal.models import UnfinishedForm
from finportal.services import unfinished
from finportal.steps.personalise import PersonaliseForm
from finportal.web.contact_forms import FORM_OF
from finportal.web.context import Portal
from finportal.web.paper_forms import FORMS
from finportal.web.preference_form import PreferenceForm
from finportal.web.unfinished import FIELDS
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor

ADDRESS = "/datos/direccion"
STREET = "Carrera 7 # 32-16, apto 501"


@pytest.fixture
def owner(visitor: Visitor, people: People) -> Person:
    """A customer who has just signed in on a browser the account knows."""
    person = people.active()
    visitor.sign_in(person)
    return person


def rows(db: Database) -> int:
    with db.read() as session:
        return session.execute(select(func.count()).select_from(UnfinishedForm)).scalar_one()


def value_of(visitor: Visitor, name: str) -> str:
    found = visitor.page.find("input", attrs={"name": name})
    assert found, f"{visitor.address} has no field {name}"
    return str(found.get("value", ""))


def test_what_was_typed_is_there_after_signing_in_again(
    visitor: Visitor, owner: Person, clock: Clock, db: Database
) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    assert visitor.address == "/ingresar?aviso=expired_kept"
    assert "Guardamos 30 minutos lo que escribió" in visitor.words
    visitor.sign_in(owner)
    assert visitor.address == f"{ADDRESS}?aviso=unfinished"
    assert "Esto es lo que había escrito" in visitor.words
    assert value_of(visitor, "new") == STREET
    assert visitor.fill(ADDRESS).address == "/datos?aviso=contact_changed"
    assert STREET in visitor.words
    assert value_of(visitor.open(ADDRESS), "new") == ""
    assert rows(db) == 0


def test_the_same_holds_for_a_form_that_htmx_sends(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    token = value_of(visitor.open(ADDRESS), "csrf_token")
    clock.forward(minutes=15)
    reply = visitor.client.post(
        ADDRESS, data={"csrf_token": token, "new": STREET}, headers={"HX-Request": "true"}
    )
    assert (reply.status_code, reply.headers["HX-Redirect"]) == (
        204,
        "/ingresar?aviso=expired_kept",
    )
    assert value_of(visitor.sign_in(owner), "new") == STREET


def test_a_page_asked_for_too_late_is_where_signing_in_leads(
    visitor: Visitor, owner: Person, clock: Clock, db: Database
) -> None:
    clock.forward(minutes=15)
    assert visitor.open("/pagar?que=total").address == "/ingresar?aviso=expired"
    assert visitor.sign_in(owner).address == "/pagar?que=total"
    assert rows(db) == 0


def test_so_is_a_page_that_a_letter_leads_to(visitor: Visitor, owner: Person) -> None:
    visitor.press("/salir")
    assert visitor.open("/documentos").address == "/ingresar?aviso=sign_in_first"
    assert visitor.sign_in(owner).address == "/documentos"


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://localhost/datos/preferencias?aviso=held", "/datos/preferencias"),
        ("https://otro.example/datos", "/cuenta"),
        ("http://localhost/verificar", "/cuenta"),
        ("", "/cuenta"),
    ],
)
def test_a_button_leads_back_to_the_page_it_stood_on(
    visitor: Visitor, owner: Person, clock: Clock, shown: str, back: str
) -> None:
    clock.forward(minutes=15)
    headers = {"Referer": shown} if shown else {}
    visitor.client.post("/datos/preferencias/extractos", data={"medio": "mail"}, headers=headers)
    assert visitor.sign_in(owner).address == back


def test_a_file_leads_back_to_its_page_and_not_to_the_file(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=15)
    visitor.client.get(
        "/datos/descargar/mis-datos.zip", headers={"Referer": "http://localhost/datos"}
    )
    assert visitor.sign_in(owner).address == "/datos"


def test_half_an_hour_later_nothing_of_it_is_left(
    visitor: Visitor, owner: Person, db: Database, clock: Clock, deliver: Callable[[], object]
) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    clock.forward(minutes=30)
    assert visitor.sign_in(owner).address == "/cuenta"
    assert rows(db) == 1
    deliver()
    assert rows(db) == 0


def test_until_then_the_worker_leaves_it(
    visitor: Visitor, owner: Person, clock: Clock, deliver: Callable[[], object]
) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    clock.forward(minutes=30, microseconds=-1)
    deliver()
    assert value_of(visitor.sign_in(owner), "new") == STREET


def test_nobody_else_finds_it_on_the_same_browser(
    visitor: Visitor, owner: Person, people: People, clock: Clock
) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    assert visitor.sign_in(people.active()).address == "/cuenta"
    assert value_of(visitor.open(ADDRESS), "new") == ""


def test_its_owner_does_not_find_it_on_another_browser(
    visitor: Visitor, owner: Person, app: Flask, people: People, clock: Clock
) -> None:
    elsewhere = Visitor(app, people)
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    assert elsewhere.sign_in(owner).address == "/cuenta"
    assert value_of(elsewhere.open(ADDRESS), "new") == ""


def test_signing_out_erases_it(visitor: Visitor, owner: Person, clock: Clock, db: Database) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new=STREET)
    visitor.sign_in(owner).press("/salir")
    assert rows(db) == 0
    assert visitor.sign_in(owner).address == "/cuenta"


def test_a_form_of_somebody_elses_page_is_not_kept(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=15)
    for token in ("", "x" * 86):
        visitor.client.post(ADDRESS, data={"csrf_token": token, "new": STREET})
    assert visitor.sign_in(owner).address == ADDRESS
    assert value_of(visitor, "new") == ""


def test_more_than_anybody_types_is_not_kept(visitor: Visitor, owner: Person, clock: Clock) -> None:
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    visitor.fill(ADDRESS, new="x" * (unfinished.LONGEST + 1))
    assert value_of(visitor.sign_in(owner), "new") == ""


def test_a_browser_no_account_knows_leaves_nothing(
    visitor: Visitor, owner: Person, clock: Clock, db: Database
) -> None:
    visitor.client.delete_cookie("disp")
    visitor.open(ADDRESS)
    clock.forward(minutes=15)
    assert visitor.fill(ADDRESS, new=STREET).address == "/ingresar?aviso=expired"
    assert rows(db) == 0


def test_it_is_sealed_and_holds_no_password(
    visitor: Visitor, owner: Person, portal: Portal, clock: Clock
) -> None:
    visitor.open("/personalizar")
    clock.forward(minutes=15)
    secret = "girasol tranvía noviembre"
    visitor.fill(
        "/personalizar", current=owner.password, new=secret, again=secret, phrase="Sol de agosto"
    )
    with portal.db.read() as session:
        sealed = session.execute(select(UnfinishedForm.sealed)).scalar_one()
    assert b"agosto" not in sealed
    kept = portal.vault.unseal(sealed)
    assert set(kept["typed"]) == {"picture", "shown", "phrase"}
    assert secret not in str(kept)
    visitor.sign_in(owner)
    assert (visitor.address, value_of(visitor, "phrase")) == (
        "/personalizar?aviso=unfinished", "Sol de agosto",
    )  # fmt: skip


def test_a_password_asked_for_again_loses_nothing_either(
    visitor: Visitor, owner: Person, clock: Clock, db: Database
) -> None:
    visitor.open("/datos/correo")
    clock.forward(minutes=6)
    visitor.fill("/datos/correo", new="nueva@correo.example")
    assert visitor.address == "/seguridad/clave?a=/datos/correo"
    visitor.fill("/seguridad/clave", password=owner.password)
    assert (visitor.address, value_of(visitor, "new")) == ("/datos/correo", "nueva@correo.example")
    assert visitor.fill("/datos/correo").address == "/datos/correo/codigo"
    assert rows(db) == 0


def test_every_field_that_is_typed_is_kept_and_no_secret(app: Flask) -> None:
    forms = {
        "my_data": FORM_OF.values(),
        "my_contact": FORM_OF.values(),
        "new_document": FORMS.values(),
        "personalise": [PersonaliseForm],
        "preferences": [PreferenceForm],
    }
    with app.test_request_context(method="POST"):
        typed = {
            blueprint: {
                field.name
                for form in kinds
                for field in form(formdata=None)
                if not isinstance(field, PasswordField | CSRFTokenField)
            }
            for blueprint, kinds in forms.items()
        }
    assert {blueprint: set(names) for blueprint, names in FIELDS.items()} == typed
