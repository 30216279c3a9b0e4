"""The outbox against a real SMTP server: what arrives, what is delayed, what never gets out."""

import re
import socket
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from finportal.adapters.letter import Letter
from finportal.adapters.mail import SmtpPostman
from finportal.models import OutboxMail
from finportal.models.mail import FAILED, SENT, WAITING
from finportal.services import outbox, recovery, registration
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock, MailServer, SilentServer, text_of
from tests.factories import People, Person
from tests.services.hands import State


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    """The portal sends through the test's own server."""
    return settings.model_copy(
        update={
            "mail_server": mail_server.host,
            "mail_port": mail_server.port,
            "mail_timeout": 5,
            "base_url": "https://portal.example/",
        }
    )


@pytest.fixture
def register(portal: Portal, people: People) -> Callable[..., Person]:
    """Somebody registers, so that the credentials letter waits."""

    def now(**changed: str) -> Person:
        person = people.customer(**changed)
        around = people.around(network=f"10.0.{person.customer_id}.0/24", locale="es_CO")
        assert registration.register(portal.db, portal.vault, person.application, around)
        return person

    return now


def test_the_credentials_arrive_in_both_parts_with_the_picture_inside(
    register: Callable[..., Person],
    deliver: Callable[[], object],
    mail_server: MailServer,
    state: State,
    posted: Callable[..., list[Letter]],
) -> None:
    person = register(name="MARTA LUCÍA ROJAS")
    [letter] = posted()
    deliver()
    [message] = mail_server.messages
    assert message["To"] == person.email
    assert message["From"] == "Crédito Demo <servicio@creditodemo.example>"
    assert message["Message-ID"] == state.all(OutboxMail)[0].message_id
    assert message["Auto-Submitted"] == "auto-generated"
    html = BeautifulSoup(text_of(message, "html"), "html.parser")
    for part in (text_of(message), html.get_text(" ")):
        assert "Hola, Marta." in part
        assert letter.values["password"] in part
        assert letter.values["phrase"] in part
        assert person.id_number not in part
        assert "••••" + person.id_number[-4:] in part
    [picture] = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<imagen>"
    assert picture["Content-Disposition"].startswith("inline")
    assert picture.get_content().startswith(b"\x89PNG")
    assert [image["src"] for image in html.find_all("img")] == ["cid:imagen"]
    assert message.get_content_type() == "multipart/related"


def test_every_link_leads_to_the_portals_own_address(
    register: Callable[..., Person],
    portal: Portal,
    people: People,
    deliver: Callable[[], object],
    mail_server: MailServer,
) -> None:
    register()
    person = people.active()
    registration.register(portal.db, portal.vault, person.application, people.around())
    recovery.ask(portal.db, portal.vault, person.email, people.around())
    deliver()
    assert len(mail_server.messages) == 3
    for message in mail_server.messages:
        html = BeautifulSoup(text_of(message, "html"), "html.parser")
        links = [link["href"] for link in html.find_all("a", href=True)]
        links += re.findall(r"https?://\S+", text_of(message))
        assert len(links) >= 2
        for link in links:
            assert re.match(r"https://portal\.example/[a-z]", link), link


def test_the_servers_moods_delay_but_lose_and_double_nothing(
    register: Callable[..., Person],
    deliver: Callable[[], object],
    mail_server: MailServer,
    state: State,
    clock: Clock,
) -> None:
    mail_server.answers = ["451 4.7.1 try later", "drop", "250 OK", "452 full", "250 OK"]
    people = [register() for _ in range(3)]
    for _ in range(30):
        if {row.state for row in state.all(OutboxMail)} == {SENT}:
            break
        deliver()
        clock.forward(minutes=2)
    assert sorted(message["To"] for message in mail_server.messages) == sorted(
        person.email for person in people
    )
    ids = {row.recipient: row.message_id for row in state.all(OutboxMail)}
    assert {message["To"]: message["Message-ID"] for message in mail_server.messages} == ids
    assert {row.values_sealed for row in state.all(OutboxMail)} == {None}


def test_a_refusal_of_the_server_is_final_and_visible(
    register: Callable[..., Person],
    deliver: Callable[[], object],
    mail_server: MailServer,
    portal: Portal,
    state: State,
) -> None:
    mail_server.answers = ["550 5.1.1 no such user"]
    register()
    register()
    deliver()
    first, second = state.all(OutboxMail)
    assert (first.state, first.last_error) == (FAILED, "550 5.1.1 no such user")
    assert second.state == SENT
    with portal.db.read() as session:
        assert outbox.counts(session) == {FAILED: 1, SENT: 1}


def test_a_letter_of_an_unknown_kind_does_not_keep_the_others(
    register: Callable[..., Person],
    portal: Portal,
    deliver: Callable[[], object],
    *,
    mail_server: MailServer,
    clock: Clock,
    state: State,
) -> None:
    with portal.db.write() as session:
        poison = Letter("no_such_letter", "a@x.co", "es_CO", {"name": "Marta"})
        outbox.post(session, portal.vault, poison, clock())
    person = register()
    deliver()
    assert [message["To"] for message in mail_server.messages] == [person.email]
    assert state.all(OutboxMail)[0].state in {WAITING, FAILED}


@pytest.mark.parametrize("kind", ["down", "silent"])
def test_without_a_server_letters_wait_and_the_worker_does_not_try_them_all(
    register: Callable[..., Person],
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    portal: Portal,
    deliver: Callable[[], object],
    *,
    mail_server: MailServer,
    state: State,
    clock: Clock,
    kind: str,
) -> None:
    everyone = {register().email for _ in range(3)}
    with SilentServer() as server:
        port = server.port if kind == "silent" else _nobodys_port()
        alone = settings.model_copy(update={"mail_port": port, "mail_timeout": 0.3})
        postman = SmtpPostman(make_app(alone), alone)
        done = outbox.deliver_due(portal.db, portal.vault, postman, clock)
    assert (done.sent, done.delayed, done.failed) == (0, 1, 0)
    assert sum(row.attempts for row in state.all(OutboxMail)) == 1
    assert mail_server.messages == []
    clock.forward(minutes=2)
    deliver()
    assert {message["To"] for message in mail_server.messages} == everyone


def test_a_letter_in_english_has_its_date_in_english_too(
    portal: Portal,
    people: People,
    deliver: Callable[[], object],
    mail_server: MailServer,
    clock: Clock,
) -> None:
    with portal.db.write() as session:
        values = {"name": "Marta", "when": clock().isoformat()}
        letter = Letter("password_changed", "marta@x.co", "en", values)
        outbox.post(session, portal.vault, letter, clock())
    deliver()
    [message] = mail_server.messages
    assert "23\u00a0Nov\u00a02026" in text_of(message)
    assert "Hello, Marta." in text_of(message)
    assert 'lang="en"' in text_of(message, "html")


def _nobodys_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
