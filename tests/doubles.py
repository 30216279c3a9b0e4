"""Real parts with a handle for tests: clock, counting vault, mail server, statement log."""

import email
import socket
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import Engine, event

from finportal.adapters.secrets import Vault
from finportal.settings import Settings


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on by so many minutes, hours or days."""
        self.now += timedelta(**by)


class CountingVault(Vault):
    """A vault that counts how often the key derivation function runs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.kdf_runs = 0

    def hash_password(self, password: str) -> str:
        self.kdf_runs += 1
        return super().hash_password(password)

    def password_matches(self, password: str, stored: str | None) -> bool:
        self.kdf_runs += 1
        return super().password_matches(password, stored)


class Statements(AbstractContextManager["Statements"]):
    """The SQL statements executed on some engines, without transaction control."""

    def __init__(self, engines: Iterable[Engine]) -> None:
        self._engines = tuple(engines)
        self.texts: list[str] = []

    def __enter__(self) -> Self:
        for engine in self._engines:
            event.listen(engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self._engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def clear(self) -> None:
        """Begin counting anew."""
        self.texts.clear()

    def __len__(self) -> int:
        return len(self.texts)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "SAVEPOINT")):
            self.texts.append(statement)


class MailServer(AbstractContextManager["MailServer"]):
    """An SMTP server that keeps what it takes.

    `answers` is used up first, one for each message: an SMTP answer, or "hang" and "drop".
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: list[str] = []
        self.host, self.port = "127.0.0.1", _free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port)

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Answer one message as the test said."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            server.transport.close()
            return "421 gone"
        if answer.startswith("250"):
            message = email.message_from_bytes(envelope.content or b"", policy=policy.default)
            self.messages.append(message)  # type: ignore[arg-type]
        return answer

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def wait_for(self, count: int, seconds: float = 10) -> list[EmailMessage]:
        """The messages, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < until:
            time.sleep(0.05)
        return self.messages


class SilentServer(AbstractContextManager["SilentServer"]):
    """A server that takes connections and never says a word."""

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._socket.getsockname()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """A message's text or HTML part."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
