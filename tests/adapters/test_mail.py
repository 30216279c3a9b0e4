"""Handing letters over: only to a server whose certificate is good, and what its answers mean."""

import gc
import mailbox
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from finportal.adapters.letter import Letter, MailDelayed, MailRefused
from finportal.adapters.mail import SmtpPostman, demo_mailbox, draw
from finportal.settings import Settings
from tests.doubles import MailServer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LETTER = Letter("already_registered", "marta@correo.example", "es_CO", {"name": "Marta"})
Send = Callable[..., None]


@pytest.fixture
def send(make_app: Callable[[Settings], Flask], settings: Settings) -> Iterator[Send]:
    """Hand one letter over with some mail settings; no connection may stay open behind it."""

    def now(letter: Letter = LETTER, **changed: object) -> None:
        mine = Settings(**(settings.model_dump() | {"mail_timeout": 5} | changed))
        SmtpPostman(make_app(mine), mine).send(letter, "<1@finportal>")

    yield now
    gc.collect()


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that signed itself, and its key."""

    certificate: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("tls")
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    paths = Certificate(folder / "certificate.pem", folder / "key.pem")
    paths.certificate.write_bytes(made.public_bytes(encoding))
    paths.key.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class Server(AbstractContextManager["Server"]):
    """An SMTP server with TLS, passwords or a mind of its own."""

    def __init__(self, refuse_recipients: str = "", **options: Any) -> None:
        self.messages: list[Any] = []
        self.logins: list[bytes] = []
        self._refusal = refuse_recipients
        with MailServer() as free:
            self.port = free.port
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, to: str, _o: Any) -> str:  # noqa: N802
        if self._refusal:
            return self._refusal
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def check(self, _s: Any, _n: Any, _e: Any, _how: str, given: Any) -> AuthResult:
        self.logins.append(given.password)
        return AuthResult(success=given.password == b"right", handled=False)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def settings(self) -> dict[str, object]:
        return {"mail_server": "127.0.0.1", "mail_port": self.port}


@pytest.fixture
def secured(certificate: Certificate) -> Iterator[Server]:
    """A server that offers STARTTLS and then asks for a password."""
    with Server(tls_context=certificate.context) as server:
        server._controller.SMTP_kwargs |= {"auth_required": True, "authenticator": server.check}
        yield server


USER = {"mail_use_tls": True, "mail_username": "portal", "mail_password": "right"}


def test_a_certificate_nobody_vouches_for_is_refused_before_the_password_is_said(
    send: Send, secured: Server
) -> None:
    with pytest.raises(MailDelayed, match="SSL"):
        send(**secured.settings, **USER)
    assert (secured.messages, secured.logins) == ([], [])


def test_a_certificate_this_machine_trusts_is_accepted(
    send: Send, secured: Server, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    send(**secured.settings, **USER)
    assert [message["To"] for message in secured.messages] == [LETTER.to]
    assert secured.logins == [b"right"]


def test_a_certificate_of_another_host_is_refused(
    send: Send, secured: Server, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    with pytest.raises(MailDelayed, match="SSL"):
        send(**secured.settings | {"mail_server": "localhost"}, **USER)
    assert secured.logins == []


def test_a_wrong_password_is_the_operators_to_mend_and_the_letter_waits(
    send: Send, secured: Server, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    with pytest.raises(MailDelayed, match="535"):
        send(**secured.settings, **USER | {"mail_password": "wrong"})


def test_a_password_is_never_said_to_a_server_without_tls(
    send: Send, mail_server: MailServer
) -> None:
    with pytest.raises(MailDelayed):
        send(mail_server=mail_server.host, mail_port=mail_server.port, **USER)
    assert mail_server.messages == []


def test_tls_from_the_first_byte_checks_the_certificate_too(
    send: Send, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(ssl_context=certificate.context) as server:
        with pytest.raises(MailDelayed, match="SSL"):
            send(**server.settings, mail_use_ssl=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
        send(**server.settings, mail_use_ssl=True)
        assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 no such user", MailRefused),
        ("450 4.2.1 greylisted", MailDelayed),
    ],
)
def test_a_refused_recipient_is_final_only_when_the_server_says_so(
    send: Send, answer: str, error: type[Exception]
) -> None:
    with Server(refuse_recipients=answer) as server, pytest.raises(error, match=answer[:3]):
        send(**server.settings)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("554 5.7.1 spam", MailRefused),
        ("451 4.3.0 try later", MailDelayed),
        ("drop", MailDelayed),
    ],
)
def test_a_refused_letter_is_final_only_when_the_server_says_so(
    send: Send, mail_server: MailServer, answer: str, error: type[Exception]
) -> None:
    mail_server.answers = [answer]
    with pytest.raises(error) as raised:
        send(mail_server=mail_server.host, mail_port=mail_server.port)
    assert len(str(raised.value)) <= 200


def test_the_demo_keeps_a_copy_with_and_without_a_server(
    send: Send, settings: Settings, mail_server: MailServer
) -> None:
    send()
    send(mail_server=mail_server.host, mail_port=mail_server.port)
    kept = list(mailbox.Maildir(demo_mailbox(settings), create=False))
    assert [message["To"] for message in kept] == [LETTER.to] * 2
    assert len(mail_server.messages) == 1


@pytest.mark.parametrize("mode", ["development", "production"])
def test_nobody_else_keeps_a_copy(
    send: Send, settings: Settings, mail_server: MailServer, mode: str
) -> None:
    send(mode=mode, mail_server=mail_server.host, mail_port=mail_server.port)
    assert len(mail_server.messages) == 1
    assert not demo_mailbox(settings).exists()


def test_the_sender_is_the_lender(send: Send, mail_server: MailServer) -> None:
    send(
        mail_server=mail_server.host,
        mail_port=mail_server.port,
        mail_default_sender="avisos@banco.example",
        lender={"name": "Créditos «Ñandú», S.A.S."},
    )
    [message] = mail_server.messages
    [sender] = message["From"].addresses
    assert sender.display_name == "Créditos «Ñandú», S.A.S."
    assert sender.addr_spec == "avisos@banco.example"


def test_a_code_tells_the_page_where_it_is_typed_and_no_more(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    mine = settings.model_copy(update={"journey": "code", "base_url": "https://portal.example/"})
    app = make_app(mine)
    pages = set()
    for purpose in ("device", "registration", "new_email", "new_mobile"):
        values = {"name": "M", "code": "482913", "purpose": purpose}
        with app.test_request_context():
            message = draw(Letter("code", "m@x.co", "es_CO", values), "<1@x>", mine)
        for part in (message.body, message.html):
            [path] = re.findall(r"https://portal\.example(/[a-z/]+)", part or "")
            pages.add(app.url_map.bind("portal.example").match(path)[0])
    assert pages == {"code.ask", "mailed_code.ask", "my_contact.ask_code"}
