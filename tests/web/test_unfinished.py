"""A session that closes over a form: signing in leads back to it, with what was typed."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from wtforms import PasswordField
from wtforms.csrf.core import CSRFTokenField

from finportal.adapters.database import Database
from finportal.models import OutboxMail, UnfinishedForm
from finportal.steps.personalise import PersonaliseForm
from finportal.web.addresses import page_at
from finportal.web.contact_forms import FORM_OF
from finportal.web.context import Portal
from finportal.web.paper_forms import FORMS
from finportal.web.preference_form import PreferenceForm
from finportal.web.unfinished import BEHIND_SIGN_IN, KEPT_FIELDS
from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.visitor import Visitor

ADDRESS = "/datos/direccion"
BACK = f"{ADDRESS}?aviso=unfinished"
STREET = "Carrera 7 # 32-16, apto 501"
EMAIL = "nueva@correo.example"
NOTHING_TYPED = {"stay", "confirm", "pay", "my_data_copy"}
"""A password, buttons, and a choice that stands in its page's address."""


@pytest.fixture
def leave(visitor: Visitor, owner: Person, clock: Clock) -> Callable[[], Visitor]:
    """The owner types an address, and sends it when the session has closed."""

    def left() -> Visitor:
        visitor.open(ADDRESS)
        clock.forward(minutes=15)
        return visitor.fill(ADDRESS, new=STREET)

    assert owner.personalised
    return left


def rows(db: Database) -> int:
    with db.read() as session:
        return session.execute(select(func.count()).select_from(UnfinishedForm)).scalar_one()


def value_of(visitor: Visitor, name: str) -> str:
    found = visitor.page.find("input", attrs={"name": name})
    assert found, f"{visitor.address} has no field {name}"
    return str(found.get("value", ""))


def test_what_was_typed_is_there_after_signing_in_again(
    leave: Callable[[], Visitor], owner: Person
) -> None:
    visitor = leave()
    assert visitor.address == "/ingresar?aviso=expired_kept"
    assert "Guardamos 30 minutos lo último que escribió" in visitor.words
    visitor.sign_in(owner)
    assert visitor.address == BACK
    assert "Esto es lo que había escrito" in visitor.words
    assert value_of(visitor, "new") == STREET
    assert visitor.fill(ADDRESS).address == "/datos?aviso=contact_changed"
    assert STREET in visitor.words


def test_it_is_filled_in_there_and_nowhere_else(
    leave: Callable[[], Visitor], owner: Person
) -> None:
    visitor = leave().sign_in(owner)
    for address in (ADDRESS, "/datos/ciudad?aviso=unfinished", f"{ADDRESS}?aviso=unfinished&x=1"):
        assert value_of(visitor.open(address), "new") == ""
        assert "Esto es lo que había escrito" not in visitor.words
    assert value_of(visitor.open(BACK), "new") == STREET


def test_signing_in_leads_to_it_once(leave: Callable[[], Visitor], owner: Person) -> None:
    visitor = leave().sign_in(owner)
    visitor.client.delete_cookie("sesion")
    assert visitor.sign_in(owner).address == "/cuenta"


def test_the_same_holds_for_a_form_that_htmx_sends(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    token = value_of(visitor.open(ADDRESS), "csrf_token")
    clock.forward(minutes=15)
    reply = visitor.client.post(
        ADDRESS, data={"csrf_token": token, "new": STREET}, headers={"HX-Request": "true"}
    )
    assert reply.status_code == 204
    assert reply.headers["HX-Redirect"] == "/ingresar?aviso=expired_kept"
    assert value_of(visitor.sign_in(owner), "new") == STREET


@pytest.mark.parametrize("then", ["/cuenta", ADDRESS, "/pagar", "/datos/descargar"])
def test_a_page_asked_for_afterwards_does_not_take_its_place(
    leave: Callable[[], Visitor], owner: Person, then: str
) -> None:
    visitor = leave()
    visitor.client.get(then)
    assert value_of(visitor.sign_in(owner), "new") == STREET


def test_a_page_asked_for_too_late_is_where_signing_in_leads(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=15)
    assert visitor.open("/pagar?que=total&valor=%C3%B1+1").address == "/ingresar?aviso=expired"
    assert visitor.sign_in(owner).address == "/pagar?que=total&valor=%C3%B1+1"


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://localhost/datos/preferencias?aviso=held", "/datos/preferencias"),
        ("https://otro.example/datos", "/cuenta"),
        ("http://localhost/verificar", "/cuenta"),
        ("http://localhost/seguridad/clave", "/cuenta"),
        ("http://localhost/datos/descargar/espera", "/cuenta"),
        (f"http://localhost/datos?x={'x' * 500}", "/cuenta"),
        ("http://[", "/cuenta"),
        ("", "/cuenta"),
    ],
)
def test_a_button_leads_back_to_the_page_it_stood_on(
    visitor: Visitor, owner: Person, clock: Clock, *, header: str, shown: str, back: str
) -> None:
    clock.forward(minutes=15)
    headers = {header: shown} if shown else {}
    visitor.client.post("/datos/preferencias/extractos", data={"medio": "mail"}, headers=headers)
    assert visitor.sign_in(owner).address == back


def test_the_password_that_was_asked_for_too_late_leads_to_what_waited_for_it(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    visitor.open("/datos/correo")
    clock.forward(minutes=6)
    visitor.fill("/datos/correo", new=EMAIL)
    clock.forward(minutes=15)
    visitor.fill("/seguridad/clave", password=owner.password)
    assert visitor.sign_in(owner).address == "/datos/correo?aviso=unfinished"
    assert value_of(visitor, "new") == EMAIL


def test_without_a_form_it_leads_to_the_page_that_asked_for_it(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=6)
    visitor.open("/datos/correo")
    clock.forward(minutes=15)
    visitor.fill("/seguridad/clave", password=owner.password)
    assert visitor.sign_in(owner).address == "/datos/correo"


def test_a_file_leads_back_to_its_page_and_not_to_the_file(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=15)
    zipped, page = "/datos/descargar/mis-datos.zip", "http://localhost/datos"
    visitor.client.get(zipped, headers={"Referer": page})
    assert visitor.sign_in(owner).address == "/datos"


def test_half_an_hour_later_nothing_of_it_is_left(
    leave: Callable[[], Visitor],
    owner: Person,
    db: Database,
    clock: Clock,
    deliver: Callable[[], object],
) -> None:
    visitor = leave()
    clock.forward(minutes=30)
    assert visitor.sign_in(owner).address == "/cuenta"
    assert value_of(visitor.open(BACK), "new") == ""
    assert rows(db) == 1
    deliver()
    assert rows(db) == 0


def test_until_then_the_worker_leaves_it(
    leave: Callable[[], Visitor], owner: Person, clock: Clock, deliver: Callable[[], object]
) -> None:
    visitor = leave()
    clock.forward(minutes=30, microseconds=-1)
    deliver()
    assert value_of(visitor.sign_in(owner), "new") == STREET


def test_nobody_else_finds_it_on_the_same_browser(
    leave: Callable[[], Visitor], people: People
) -> None:
    visitor = leave()
    assert visitor.sign_in(people.active()).address == "/cuenta"
    assert value_of(visitor.open(BACK), "new") == ""


def test_who_signed_in_on_somebody_elses_browser_leaves_nothing_there(
    visitor: Visitor, owner: Person, people: People, portal: Portal, clock: Clock
) -> None:
    visitor.press("/salir")
    guest = people.customer()
    visitor.register(guest)
    with portal.db.read() as session:
        letter = session.execute(select(OutboxMail)).scalar_one()
    guest.password = portal.vault.unseal(letter.values_sealed or b"")["password"]
    assert visitor.sign_in_anew(guest).address.startswith("/personalizar")
    clock.forward(minutes=15)
    visitor.fill("/personalizar", phrase="Una frase de otra persona")
    assert visitor.address == "/ingresar?aviso=choice_expired"
    assert "Recuperar contraseña" in visitor.words
    assert rows(portal.db) == 0
    assert visitor.sign_in_anew(owner).address == "/cuenta"


def test_its_owner_does_not_find_it_on_another_browser(
    leave: Callable[[], Visitor], owner: Person, app: Flask, people: People
) -> None:
    leave()
    elsewhere = Visitor(app, people)
    assert elsewhere.sign_in(owner).address == "/cuenta"
    assert value_of(elsewhere.open(BACK), "new") == ""


def test_a_stolen_device_cookie_puts_nothing_into_a_form(
    visitor: Visitor, owner: Person, app: Flask, people: People, db: Database
) -> None:
    thief, device = Visitor(app, people), visitor.client.get_cookie("disp")
    assert device
    thief.client.set_cookie("disp", device.value)
    thief.client.set_cookie("sesion", "x" * 43)
    token = value_of(thief.open("/ingresar"), "csrf_token")
    reply = thief.client.post(ADDRESS, data={"csrf_token": token, "new": "De otro"})
    assert reply.headers["Location"] == "/ingresar?aviso=expired"
    assert rows(db) == 0
    assert owner.account_id


def test_signing_out_erases_it(leave: Callable[[], Visitor], owner: Person, db: Database) -> None:
    visitor = leave()
    visitor.sign_in(owner).press("/salir")
    assert rows(db) == 0


def test_signing_out_of_a_session_that_lapsed_erases_it_too(
    leave: Callable[[], Visitor], owner: Person, db: Database
) -> None:
    visitor = leave()
    visitor.client.post("/salir")
    assert rows(db) == 0
    assert visitor.sign_in(owner).address == "/cuenta"


def test_a_session_from_before_the_last_sign_in_leaves_nothing(
    leave: Callable[[], Visitor], owner: Person, app: Flask, people: People
) -> None:
    visitor = leave()
    thief, stolen = Visitor(app, people), visitor.client.get_cookie("sesion")
    assert stolen
    thief.client.set_cookie("sesion", stolen.value)
    visitor.sign_in(owner)
    token = value_of(thief.open("/ingresar"), "csrf_token")
    thief.client.post("/datos/ciudad", data={"csrf_token": token, "new": "De otro"})
    assert value_of(visitor.open("/datos/ciudad?aviso=unfinished"), "new") == ""
    assert value_of(visitor.open(BACK), "new") == STREET


def test_the_same_page_asked_for_again_is_written_once(
    visitor: Visitor, owner: Person, clock: Clock, statements: Statements
) -> None:
    clock.forward(minutes=15)
    visitor.client.get("/pagar")
    statements.clear()
    visitor.client.get("/pagar")
    assert all(one.startswith("SELECT") for one in statements.texts)
    assert visitor.sign_in(owner).address == "/pagar"


def test_what_was_taken_is_not_offered_again(
    leave: Callable[[], Visitor], owner: Person, db: Database
) -> None:
    visitor = leave().sign_in(owner)
    visitor.open("/datos/ciudad").fill("/datos/ciudad", new="Palmira")
    assert rows(db) == 1
    visitor.open(BACK).fill(ADDRESS)
    assert rows(db) == 0
    assert value_of(visitor.open(BACK), "new") == ""


def test_a_form_that_was_not_drawn_for_this_visitor_is_not_kept(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.forward(minutes=15)
    for token in ("", "x" * 86):
        reply = visitor.client.post(ADDRESS, data={"csrf_token": token, "new": STREET})
        assert reply.headers["Location"] == "/ingresar?aviso=expired"
    assert visitor.sign_in(owner).address == ADDRESS
    assert value_of(visitor, "new") == ""


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
    assert visitor.address == "/personalizar?aviso=unfinished"
    assert value_of(visitor, "phrase") == "Sol de agosto"


def test_a_phrase_that_tells_the_password_is_not_kept(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    visitor.open("/personalizar")
    clock.forward(minutes=15)
    secret = "girasol tranvía noviembre"
    visitor.fill("/personalizar", new=secret, phrase=f"Mi {secret.upper()}")
    assert secret not in value_of(visitor.sign_in(owner), "phrase").casefold()


def test_a_password_asked_for_again_loses_nothing_either(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    visitor.open("/datos/correo")
    clock.forward(minutes=6)
    visitor.fill("/datos/correo", new=EMAIL)
    assert visitor.address == "/seguridad/clave?a=/datos/correo"
    visitor.fill("/seguridad/clave", password=owner.password)
    assert visitor.address == "/datos/correo?aviso=unfinished"
    assert value_of(visitor, "new") == EMAIL
    assert visitor.fill("/datos/correo").address == "/datos/correo/codigo"


def test_a_form_of_boxes_comes_back_as_it_was_ticked(
    visitor: Visitor, owner: Person, clock: Clock
) -> None:
    page = "/datos/preferencias"
    visitor.open(page)
    clock.forward(minutes=15)
    visitor.fill(page, collections_channels="call", collections_weekdays="morning")
    visitor.sign_in(owner)
    ticked = [box["value"] for box in visitor.page.select("input[type=checkbox][checked]")]
    assert (visitor.address, ticked) == (f"{page}?aviso=unfinished", ["call"])


@pytest.fixture
def broken(db: Database) -> Iterator[None]:
    """A database that cannot keep it."""
    with db.writing() as link:
        link.execute(text("ALTER TABLE unfinished_forms RENAME TO elsewhere"))
    yield
    with db.writing() as link:
        link.execute(text("ALTER TABLE elsewhere RENAME TO unfinished_forms"))


@pytest.mark.usefixtures("broken")
def test_a_database_that_fails_costs_what_was_typed_and_not_the_way_on(
    leave: Callable[[], Visitor],
) -> None:
    assert leave().address == "/ingresar?aviso=expired"


@pytest.mark.usefixtures("broken")
def test_such_a_database_costs_no_sign_in_and_no_form_that_was_taken(
    visitor: Visitor, people: People
) -> None:
    assert visitor.sign_in(people.active()).address == "/cuenta"
    assert visitor.open(ADDRESS).fill(ADDRESS, new=STREET).address == "/datos?aviso=contact_changed"
    assert visitor.press("/salir").address == "/?aviso=signed_out"


def test_a_visitor_without_a_session_waits_for_no_writer(
    visitor: Visitor, statements: Statements
) -> None:
    visitor.client.get("/pagar")
    assert not statements.texts


@pytest.mark.parametrize("address", ["http://[", "//[x", "http://\u2100.com/", "/\x00", "\\datos"])
def test_an_address_nobody_can_read_is_no_page_of_ours(app: Flask, address: str) -> None:
    with app.test_request_context("/"):
        assert page_at(address) is None


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
    assert {blueprint: set(names) for blueprint, names in KEPT_FIELDS.items()} == typed


def test_no_form_behind_the_sign_in_is_forgotten(app: Flask) -> None:
    answered = {
        rule.endpoint.partition(".")[0]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.endswith(".answer") and "POST" in (rule.methods or ())
    }
    assert answered & BEHIND_SIGN_IN - KEPT_FIELDS.keys() == NOTHING_TYPED
