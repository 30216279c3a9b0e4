"""Text messages: drawn in the recipient's language, then sent, or kept for the demo to read."""

import mailbox
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from unicodedata import normalize
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask_babel import force_locale

from finportal.adapters.letter import Letter
from finportal.adapters.mail import demo_mailbox
from finportal.adapters.twilio import Twilio
from finportal.settings import Settings

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""The alphabet of text messages, and its signs that count twice (3GPP TS 23.038, 6.2.1)."""

_LOOKS = str.maketrans("–—‘’“”«»", '--\'\'""""')

Send = Callable[[str, str], object]


class TextPostman:
    """Draws a text message and hands it to whoever sends it."""

    def __init__(self, app: Flask, settings: Settings, send: Send) -> None:
        self._app, self._settings, self._send = app, settings, send

    def send(self, letter: Letter, message_id: str) -> None:  # noqa: ARG002
        """Deliver one message. Raises MailRefused (for good) and MailServerDown."""
        with self._app.test_request_context(base_url=self._settings.base_url):
            self._send(letter.to, draw(letter, self._settings))


def text_postman(
    app: Flask, settings: Settings, clock: Callable[[], datetime]
) -> TextPostman | None:
    """Who carries text messages: the sender, in the demo its mailbox; None where nobody does."""
    if settings.sms_account:
        return TextPostman(app, settings, Twilio.of(settings).send)
    return TextPostman(app, settings, _keeper(settings, clock)) if settings.demo else None


def draw(letter: Letter, settings: Settings) -> str:
    """The message's words, from a template of its own."""
    base_url = settings.base_url.rstrip("/")
    lender = settings.lender
    named = lender.model_copy(
        update={"name": in_alphabet(lender.name), "phone": in_alphabet(lender.phone)}
    )
    values = {**letter.values, "lender": named, "base_url": base_url}
    values["origin"] = urlsplit(base_url).hostname if settings.secure else ""
    with force_locale(letter.locale):
        return render_template(f"texts/{letter.kind}.txt", **values).strip()


def in_alphabet(words: str) -> str:
    """The same words in the alphabet of text messages: one sign outside halves what a part holds.

    A letter loses what its plain form lacks (á is a, é stays); what has no such form is a "?".
    """
    whole = normalize("NFC", words).translate(_LOOKS)
    return "".join(sign if sign in GSM_7 | EXTENDED else _plain(sign) for sign in whole)


def _plain(sign: str) -> str:
    parts = normalize("NFKD", sign)
    return "".join(part for part in parts if part in GSM_7 | EXTENDED) or "?"


def _keeper(settings: Settings, clock: Callable[[], datetime]) -> Send:
    def keep(to: str, body: str) -> None:
        message = EmailMessage()
        message["From"], message["To"] = settings.lender.name, to
        message["Subject"] = " ".join(body.split())
        message["Date"] = format_datetime(clock())
        message.set_content(body)
        mailbox.Maildir(demo_mailbox(settings), create=True).add(message.as_bytes())

    return keep
