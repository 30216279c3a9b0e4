"""Sign in on a new device: the code by mail, and what stays shut until it was typed."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import OutboxMail
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor

HEADING = "Un paso más: escriba el código que le enviamos"
STEP, AGAIN = "/ingresar/codigo", "/ingresar/codigo/otro"
OPEN_TO_ANYONE = {"home.show", "policy.show", "quick_pay.ask", "recover.ask", "recover.sent",
    "verify.ask", "demo_mail.show", "patterns.show", "register.ask", "register.sent", "email.ask",
    "code.ask"}  # fmt: skip
LEADS_ELSEWHERE = {"quick_pay.show", "quick_check.ask", "sign_out.ask", "verify.ask_file"}


@pytest.fixture
def person(people: People) -> Person:
    return people.active(name="Marta Rojas")


@pytest.fixture
def code_of(db: Database, portal: Portal) -> Callable[[], str]:
    """The code in the newest letter."""

    def read() -> str:
        with db.read() as session:
            letters = select(OutboxMail.values_sealed).where(OutboxMail.kind == "code")
            sealed = session.scalars(letters.order_by(OutboxMail.id.desc())).first()
        return portal.vault.unseal(sealed or b"")["code"]

    return read


def kinds(db: Database) -> list[str]:
    """Of what letters there were, oldest first."""
    with db.read() as session:
        return list(session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)))


def test_the_code_opens_the_account_and_is_asked_for_once(
    visitor: Visitor, person: Person, db: Database, *, code_of: Callable[[], str]
) -> None:
    visitor.sign_in_anew(person)
    assert (visitor.address, visitor.heading) == (STEP, HEADING)
    assert "m•••@c•••.example" in visitor.words
    assert "¿Ya no puede abrir ese correo? Llame al 601 000 0000" in visitor.words
    field = visitor.page.find(id="code")
    assert (field["inputmode"], field["autocomplete"]) == ("numeric", "one-time-code")
    before = visitor.client.get_cookie("sesion")
    code = code_of()
    visitor.fill(STEP, code=f" {code[:3]} {code[3:]}\u00a0")
    assert visitor.heading == "Mis créditos"
    assert kinds(db) == ["code", "new_device"]
    after = visitor.client.get_cookie("sesion")
    assert before
    assert after
    assert before.value != after.value
    visitor.press("/salir").sign_in_anew(person)
    assert visitor.heading == "Mis créditos"
    assert kinds(db) == ["code", "new_device"]


def test_until_then_nothing_of_the_customer_is_shown_and_nothing_opens(
    app: Flask, visitor: Visitor, person: Person
) -> None:
    visitor.sign_in_anew(person)
    page = visitor.response.get_data(as_text=True)
    assert person.name not in page
    assert person.email not in page
    assert "/salir" not in page
    opened = set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments - {"number"}:
            reply = visitor.client.get(
                rule.rule.replace(rule.rule[rule.rule.find("<") :], "1")
                if "<" in rule.rule
                else rule.rule
            )
            if reply.status_code == 303 and rule.endpoint not in LEADS_ELSEWHERE:
                assert reply.headers["Location"].startswith(STEP), rule
            elif reply.status_code == 200:
                opened.add(rule.endpoint)
    assert opened == OPEN_TO_ANYONE
    for address in ("/personalizar", "/seguridad/otras-sesiones", "/salir/", "/pagar", "/sesion"):
        assert visitor.client.post(address).status_code in {303, 404}
        assert visitor.client.get("/cuenta").headers["Location"].startswith(STEP)


def test_a_wrong_code_says_how_many_tries_are_left(
    visitor: Visitor, person: Person, *, code_of: Callable[[], str]
) -> None:
    visitor.sign_in_anew(person)
    wrong = "000000" if code_of() != "000000" else "111111"
    for says in ("Le quedan 4 intentos", "Le quedan 3", "Le quedan 2", "Le queda 1 intento"):
        visitor.fill(STEP, code="12345")
        assert "Escriba los 6 números" in visitor.words, "a slip is no try"
        visitor.fill(STEP, code=wrong)
        assert (visitor.status, says in visitor.words) == (422, True)
        assert not visitor.page.find(id="code")["value"]
    visitor.fill(STEP, code=wrong)
    assert (visitor.status, "Ese código ya no sirve" in visitor.words) == (409, True)
    visitor.fill(STEP, code=code_of())
    assert visitor.status == 409
    assert "no hay ningún código por escribir" in visitor.words


def test_another_code_may_be_asked_for_after_a_minute(
    visitor: Visitor, person: Person, clock: Clock, *, code_of: Callable[[], str]
) -> None:
    visitor.sign_in_anew(person)
    visitor.press(AGAIN)
    assert (visitor.status, "10:01 a. m." in visitor.words.replace("\u00a0", " ")) == (429, True)
    clock.forward(minutes=1)
    visitor.press(AGAIN)
    assert "Le enviamos otro código" in visitor.words
    clock.forward(minutes=1)
    visitor.press(AGAIN)
    clock.forward(minutes=1)
    visitor.press(AGAIN)
    assert visitor.status == 429
    assert "Ya le enviamos varios códigos" in visitor.words
    assert visitor.fill(STEP, code=code_of()).heading == "Mis créditos"


def test_when_no_more_codes_are_sent_it_says_so_and_lets_nobody_in(
    app: Flask, people: People, person: Person, db: Database
) -> None:
    for sent in (1, 2, 3, 3):
        visitor = Visitor(app, people).sign_in_anew(person)
        assert (visitor.heading, kinds(db).count("code")) == (HEADING, sent)
    assert "por seguridad no enviamos más por ahora" in visitor.words
    assert visitor.fill(STEP, code="123456").status == 409
    assert Visitor(app, people).sign_in(person).heading == "Mis créditos"


def test_a_code_of_one_browser_fails_in_another(
    app: Flask, visitor: Visitor, people: People, person: Person, *, code_of: Callable[[], str]
) -> None:
    visitor.sign_in_anew(person)
    mine = code_of()
    thief = Visitor(app, people).sign_in_anew(person)
    if code_of() != mine:
        assert thief.fill(STEP, code=mine).status == 422
    assert visitor.fill(STEP, code=mine).heading == "Mis créditos"


def test_the_page_ends_kindly(visitor: Visitor, person: Person, clock: Clock) -> None:
    visitor.sign_in_anew(person).fill(STEP, csrf_token="x", code="123456")
    assert "Esta página estuvo abierta mucho tiempo" in visitor.words
    visitor.fill(AGAIN, csrf_token="x")
    assert "Esta página estuvo abierta mucho tiempo" in visitor.words
    assert visitor.open("/ingresar/clave").address == STEP
    clock.forward(minutes=10)
    assert visitor.fill(STEP, code="123456").address == "/ingresar?aviso=expired"
    assert visitor.open(STEP).address.startswith("/ingresar?aviso=")
