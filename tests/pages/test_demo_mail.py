"""The demo's mail, readable in both parts."""

from collections.abc import Callable

import pytest
from flask import Flask

from finportal.settings import Settings
from tests.factories import People
from tests.visitor import Visitor


@pytest.fixture
def with_mail(visitor: Visitor, people: People, deliver: Callable[[], object]) -> Visitor:
    """Two letters were sent, one after the other."""
    visitor.register(people.customer())
    deliver()
    visitor.register(people.active())
    deliver()
    return visitor


def test_mails_are_listed_newest_first(with_mail: Visitor) -> None:
    with_mail.open("/demo/mail")
    subjects = [link.get_text() for link in with_mail.page.select(".mails a")]
    assert subjects == ["Usted ya tiene una cuenta", "Sus datos para ingresar a Crédito Demo"]


def test_both_parts_and_the_picture_are_shown(with_mail: Visitor) -> None:
    with_mail.open("/demo/mail")
    with_mail.open(with_mail.page.select(".mails a")[1]["href"])
    assert "Contraseña provisional" in with_mail.page.find("pre").get_text()
    frame = with_mail.page.find("iframe")["src"]
    reply = with_mail.client.get(frame)
    html = reply.get_data(as_text=True)
    assert "cid:" not in html
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "sandbox" in policy
    picture = with_mail.client.get(f"{with_mail.address}/imagen")
    assert picture.mimetype == "image/png"
    assert picture.get_data().startswith(b"\x89PNG")


def test_people_to_register_with_are_listed(visitor: Visitor, people: People) -> None:
    person = people.customer()
    visitor.open("/demo/mail")
    for value in (person.id_number, person.email, person.mobile):
        assert value in visitor.words
    assert not visitor.page.select("table, .scroll"), "a list fits every screen"


def test_by_code_it_tells_the_representatives_and_the_answers(
    make_app: Callable[[Settings], Flask], settings: Settings, people: People
) -> None:
    people.loan(people.customer(city="Pasto"))
    people.customer(
        id_type="NIT", id_number="9001234568", kind="juridical",
        representative_id_type="CC", representative_id_number="52333444",
    )  # fmt: skip
    app = make_app(settings.model_copy(update={"journey": "code"}))
    words = Visitor(app, people).open("/demo/mail").words
    assert "56 · Renault · Pasto · marzo de 2025 · Entre $" in words
    assert "CC 52333444" in words


def test_an_unknown_mail_is_not_found(app: Flask) -> None:
    for address in ("/demo/mail/nope", "/demo/mail/nope/html", "/demo/mail/..%2f..%2fkeys.toml"):
        assert app.test_client().get(address).status_code == 404
