"""Letters to people with strange names: no text of a customer ever becomes a header."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from finportal.adapters.letter import Letter
from finportal.services import outbox
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock, MailServer, text_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADERS = [
    "auto-submitted",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
    "to",
]
EVIL = [
    "\r\nBcc: x@evil.example",
    "\nBcc: x@evil.example\n\nbody",
    "\rX-Evil: 1",
    "\u2028Bcc: x@evil.example",
    "\u2029\x85\x0b\x0cBcc: x@evil.example",
    "%0d%0aBcc: x@evil.example",
    "=?utf-8?q?=0d=0aBcc:_x=40evil.example?=",
    "\x01\x1b[31m",
    "\r\n.\r\nMAIL FROM:<x@evil.example>",
]


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    """The portal sends through the test's own server."""
    return settings.model_copy(
        update={"mail_server": mail_server.host, "mail_port": mail_server.port, "mail_timeout": 5}
    )


@pytest.fixture
def send(
    portal: Portal, deliver: Callable[[], object], mail_server: MailServer, clock: Clock
) -> Callable[..., list[EmailMessage]]:
    """Post letters, do one round, and see what arrived."""

    def through(*letters: Letter) -> list[EmailMessage]:
        with portal.db.write() as session:
            for letter in letters:
                outbox.post(session, portal.vault, letter, clock())
        deliver()
        return mail_server.messages

    return through


def letter(kind: str = "already_registered", to: str = "marta@x.co", **values: str) -> Letter:
    everything = {"name": "Marta", "username": "••••5678", "password": "ABCD", "picture": "anchor"}
    everything |= {"phrase": "Un faro", "browser": "Chrome", "network": "203.0.113.0/24"}
    everything |= {"when": "2026-11-23T15:00:00+00:00", "token": "t" * 43}
    return Letter(kind, to, "es_CO", everything | values)


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("kind", ["credentials", "already_registered", "new_device"])
def test_a_customers_words_never_become_a_header(
    send: Callable[..., list[EmailMessage]], kind: str, evil: str
) -> None:
    [message] = send(letter(kind, name=f"Marta{evil}", phrase=evil, browser=evil, username=evil))
    assert sorted(name.lower() for name in message) == HEADERS
    assert message["To"] == "marta@x.co"


@pytest.mark.parametrize("evil", EVIL)
def test_an_address_never_becomes_a_header_or_another_recipient(
    send: Callable[..., list[EmailMessage]], evil: str
) -> None:
    arrived = send(letter(to=f"marta{evil}@x.co"), letter(to=f"marta@x.co{evil}"))
    for message in arrived:
        assert sorted(name.lower() for name in message) == HEADERS
        assert len(message["To"].addresses) <= 1


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}"])
def test_a_customers_words_are_words_in_both_parts(
    send: Callable[..., list[EmailMessage]], evil: str
) -> None:
    [message] = send(letter("credentials", name=evil, phrase=evil))
    page = BeautifulSoup(text_of(message, "html"), "html.parser")
    assert text_of(message).count(evil) == page.get_text().count(evil) == 2
    assert [image["src"] for image in page.find_all("img")] == ["cid:imagen"]
    assert not page.find_all("script")
