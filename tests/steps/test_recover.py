"""Recover the password: the same answer for everybody, a link that works once."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from finportal.settings import Settings
from tests.doubles import Clock, MailServer, text_of
from tests.factories import People
from tests.visitor import Visitor

NEW = "tres barcos y una nube"


@pytest.fixture
def link(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    visitor: Visitor,
    mail_server: MailServer,
) -> Callable[[str], str]:
    """Ask for recovery, let the worker run, and read the link's path in the mail."""
    real = {"mail_server": mail_server.host, "mail_port": mail_server.port}
    app = make_app(settings.model_copy(update=real))

    def ask(who: str) -> str:
        visitor.open("/recuperar").fill("/recuperar", who=who)
        assert visitor.heading == "Revise su correo"
        app.test_cli_runner().invoke(args=["mail", "send"], catch_exceptions=False)
        found = re.search(r"http://127.0.0.1:8000(/recuperar/clave/\S+)", _newest(mail_server))
        return found[1] if found else ""

    return ask


def _newest(server: MailServer) -> str:
    return text_of(server.messages[-1]) if server.messages else ""


@pytest.mark.parametrize("by", ["email", "id_number"])
def test_customer_sets_a_new_password(
    visitor: Visitor, people: People, link: Callable[[str], str], by: str
) -> None:
    person = people.active()
    visitor.open(link(getattr(person, by)))
    assert visitor.heading == "Cree una contraseña nueva"
    visitor.fill(None, new=NEW, again=NEW)
    assert "Su contraseña se cambió" in visitor.words
    assert visitor.sign_in(person).status == 422
    assert visitor.sign_in(person, password=NEW).heading == "Mis créditos"


def test_unknown_people_get_the_same_page_and_no_mail(
    link: Callable[[str], str], mail_server: MailServer
) -> None:
    assert link("nadie@correo.example") == ""
    assert mail_server.messages == []


def test_looking_does_not_use_the_link_up(
    visitor: Visitor, people: People, link: Callable[[str], str]
) -> None:
    address = link(people.active().email)
    for _ in range(3):
        visitor.client.head(address)
        visitor.open(address)
    visitor.fill(None, new=NEW, again=NEW)
    assert "Su contraseña se cambió" in visitor.words


def test_a_used_or_old_link_says_so(
    visitor: Visitor, people: People, link: Callable[[str], str], clock: Clock
) -> None:
    person = people.active()
    used = link(person.email)
    visitor.open(used).fill(None, new=NEW, again=NEW)
    assert visitor.open(used).status == 409
    old = link(person.email)
    clock.forward(minutes=31)
    assert visitor.open(old).status == 409
    assert "Pedir otro enlace" in visitor.words


def test_a_weak_password_keeps_the_link(
    visitor: Visitor, people: People, link: Callable[[str], str]
) -> None:
    visitor.open(link(people.active().email)).fill(None, new="corta", again="corta")
    assert visitor.status == 422
    visitor.fill(None, new=NEW, again=NEW)
    assert "Su contraseña se cambió" in visitor.words


def test_the_link_is_not_told_to_other_pages(
    visitor: Visitor, people: People, link: Callable[[str], str]
) -> None:
    visitor.open(link(people.active().email))
    assert visitor.response.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.response.headers["Cache-Control"] == "no-store"
