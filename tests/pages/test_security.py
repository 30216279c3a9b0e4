"""Devices and sessions: what the owner reads, ends, and may not end."""

import pytest
from flask import Flask

from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.visitor import Visitor

OTHERS = "/seguridad/otras-sesiones"


@pytest.fixture
def elsewhere(app: Flask, people: People, owner: Person) -> Visitor:
    """The same customer, signed in on another device."""
    return Visitor(app, people).sign_in(owner)


def way_to(visitor: Visitor, words: str) -> str:
    """Where the first link with these words leads."""
    links = [link["href"] for link in visitor.page.main.find_all("a") if words in link.get_text()]
    return str(links[0])


def test_the_page_tells_who_has_access(
    visitor: Visitor, elsewhere: Visitor, clock: Clock, *, statements: Statements
) -> None:
    clock.forward(minutes=2)
    statements.clear()
    reply = visitor.client.get("/seguridad")
    assert reply.status_code == 200
    assert len(statements) <= 5
    visitor.open("/cuenta").open("/seguridad")
    place = "dirección de internet que empieza por 127.0.0"
    for told in ("Dispositivos y sesiones", "Esta sesión", "Este dispositivo", place,
        "Empezó el 23 nov 2026", "Lo conocemos desde el 23 nov 2026", f"Ingreso , {place}",
        "Chrome en Android", "Cerrar las otras sesiones"):  # fmt: skip
        assert told in f"{visitor.heading} {visitor.words}".replace("\u00a0", " "), told
    assert elsewhere.open("/seguridad").status == 200


def test_a_sign_in_that_waits_for_its_code_is_seen(
    app: Flask, visitor: Visitor, people: People, owner: Person
) -> None:
    Visitor(app, people).sign_in_anew(owner)
    visitor.open("/seguridad")
    assert "Falta el código del correo" in visitor.words
    assert "Contraseña correcta en un dispositivo nuevo" in visitor.words


def test_one_session_is_ended(visitor: Visitor, elsewhere: Visitor) -> None:
    visitor.open("/seguridad").open(way_to(visitor, "Cerrar esta sesión"))
    assert visitor.heading == "¿Cerrar esta sesión?"
    visitor.press(visitor.address)
    assert visitor.address == "/seguridad?aviso=session_ended"
    assert elsewhere.open("/cuenta").address == "/ingresar?aviso=expired"
    assert visitor.open("/cuenta").status == 200


def test_all_others_are_ended(visitor: Visitor, elsewhere: Visitor) -> None:
    visitor.open("/seguridad").open(way_to(visitor, "Cerrar las otras sesiones")).press(OTHERS)
    assert visitor.address == "/seguridad?aviso=others_ended"
    assert elsewhere.open("/cuenta").address == "/ingresar?aviso=expired"
    assert "Cerrar las otras sesiones" not in visitor.words


def test_a_device_is_forgotten(visitor: Visitor, elsewhere: Visitor, owner: Person) -> None:
    visitor.open("/seguridad").open(way_to(visitor, "Olvidar este dispositivo"))
    visitor.press(visitor.address)
    assert visitor.address == "/seguridad?aviso=device_forgotten"
    assert elsewhere.open("/cuenta").address == "/ingresar?aviso=expired"
    assert elsewhere.sign_in_anew(owner).address == "/ingresar/codigo"


def test_this_device_is_forgotten_and_the_way_in_begins_anew(
    visitor: Visitor, owner: Person
) -> None:
    visitor.open("/seguridad").open(way_to(visitor, "Olvidar este dispositivo"))
    assert "su sesión se cerrará" in visitor.words
    visitor.press(visitor.address)
    assert visitor.address == "/ingresar?aviso=here_forgotten"
    assert visitor.sign_in_anew(owner).address == "/ingresar/codigo"


def test_the_password_is_asked_again_and_leads_back(
    visitor: Visitor, elsewhere: Visitor, owner: Person, clock: Clock
) -> None:
    visitor.open(OTHERS)
    clock.forward(minutes=6)
    visitor.press(OTHERS)
    assert visitor.heading == "Escriba su contraseña otra vez"
    assert elsewhere.open("/cuenta").status == 200, "a late form changes nothing"
    visitor.fill("/seguridad/clave", password=owner.password)
    assert visitor.address == OTHERS
    visitor.press(OTHERS)
    assert elsewhere.open("/cuenta").address == "/ingresar?aviso=expired"


@pytest.mark.parametrize("what", ["sesiones", "dispositivos"])
def test_anothers_and_nobodys_are_the_same_404(
    app: Flask, visitor: Visitor, people: People, owner: Person, *, what: str
) -> None:
    other = Visitor(app, people).sign_in(people.active())
    other.open("/seguridad/otras-sesiones")
    token = visitor.open(OTHERS).page.find("input", attrs={"name": "csrf_token"})["value"]
    number = {"sesiones": 4, "dispositivos": 2}[what]
    for strange in (number, 999_999):
        address = f"/seguridad/{what}/{strange}"
        assert visitor.client.get(address).status_code == 404
        assert visitor.client.post(address, data={"csrf_token": token}).status_code == 404
    assert visitor.client.get(f"/seguridad/{what}/{2**70}").status_code == 404
    assert other.open("/cuenta").heading == "Mis créditos"
    assert other.open("/seguridad").status == 200


def test_a_form_from_elsewhere_ends_nothing(visitor: Visitor, elsewhere: Visitor) -> None:
    assert visitor.client.post(OTHERS).status_code == 400
    assert elsewhere.open("/cuenta").status == 200
