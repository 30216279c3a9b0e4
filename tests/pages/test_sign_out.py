"""Signing out kills the session on the server."""

from flask import Flask

from tests.factories import People
from tests.visitor import Visitor


def test_a_copied_cookie_opens_nothing_afterwards(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active())
    copied = visitor.client.get_cookie("sesion")
    assert copied is not None
    visitor.press("/salir")
    assert "Usted cerró la sesión" in visitor.words
    visitor.client.set_cookie("sesion", copied.value)
    assert visitor.open("/cuenta").address == "/ingresar?aviso=expired"


def test_the_browser_is_told_to_forget(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active())
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    reply = visitor.client.post("/salir", data={"csrf_token": token})
    assert reply.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "sesion=;" in reply.headers["Set-Cookie"]


def test_looking_does_not_sign_out(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/salir")
    assert visitor.open("/cuenta").heading == "Mis créditos"


def test_a_forged_sign_out_does_nothing(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active())
    visitor.client.post("/salir", data={"csrf_token": "x"})
    assert visitor.open("/cuenta").heading == "Mis créditos"


def test_two_browsers_sign_out_apart(app: Flask, visitor: Visitor, people: People) -> None:
    person = people.active()
    other = Visitor(app, people).sign_in(person)
    visitor.sign_in(person).press("/salir")
    assert other.open("/cuenta").heading == "Mis créditos"
