"""The password again, before what must not happen on a session left open."""

import pytest
from flask import Flask

from finportal.web.freshness import way_back
from tests.doubles import Clock
from tests.factories import Person
from tests.visitor import Visitor


def test_the_right_password_leads_on_under_a_new_token(visitor: Visitor, owner: Person) -> None:
    visitor.open("/seguridad/clave?a=/documentos")
    before = visitor.client.get_cookie("sesion")
    visitor.fill("/seguridad/clave", password=owner.password)
    after = visitor.client.get_cookie("sesion")
    assert visitor.address == "/documentos"
    assert before
    assert after
    assert before.value != after.value
    visitor.client.set_cookie("sesion", before.value)
    assert visitor.client.get("/cuenta").headers["Location"].startswith("/ingresar")


def test_it_says_what_follows(visitor: Visitor, owner: Person) -> None:
    copy, changes = "Lo que sigue es una copia", "Lo que sigue cambia datos importantes"
    for path, said, other in (("/datos/descargar", copy, changes), ("/seguridad", changes, copy)):
        visitor.open(f"/seguridad/clave?a={path}")
        assert (said in visitor.words, other in visitor.words) == (True, False)
    assert owner.email


def test_a_wrong_password_says_so_and_keeps_the_way(visitor: Visitor, owner: Person) -> None:
    visitor.open("/seguridad/clave?a=/documentos").fill("/seguridad/clave", password="otra clave")
    assert (visitor.status, "La contraseña no es correcta" in visitor.words) == (422, True)
    assert visitor.fill("/seguridad/clave", password=owner.password).address == "/documentos"


def test_after_five_wrong_ones_it_pauses(visitor: Visitor, owner: Person, clock: Clock) -> None:
    visitor.open("/seguridad/clave")
    for _ in range(5):
        visitor.fill("/seguridad/clave", password="otra clave")
    assert visitor.fill("/seguridad/clave", password=owner.password).status == 429
    clock.forward(minutes=14)
    visitor.fill("/sesion").open("/seguridad/clave")
    clock.forward(minutes=1)
    assert visitor.fill("/seguridad/clave", password=owner.password).address == "/cuenta"


@pytest.mark.parametrize(
    "elsewhere",
    ["", "https://otro.example/", "//otro.example/x", "javascript:alert(1)", "/no-existe", "\\x",
     "////datos/correo", "///cuenta", "/\\cuenta"],
)  # fmt: skip
def test_it_leads_to_no_page_that_is_not_ours(app: Flask, elsewhere: str) -> None:
    with app.test_request_context("/"):
        assert way_back(elsewhere) == "/cuenta"
