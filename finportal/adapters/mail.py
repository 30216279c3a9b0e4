"""Mail: letters drawn in both parts and handed to the SMTP server through Flask-Mail."""

import mailbox
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.mime.base import MIMEBase
from email.utils import formataddr
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_babel import force_locale
from flask_mail import Connection, Mail, Message, email_dispatched

from finportal.adapters import catalogue
from finportal.adapters.letter import Letter, MailDelayed, MailRefused, MailServerDown
from finportal.settings import Settings

PERMANENT = range(500, 600)
TRANSIENT_IN_THE_500S = {530, 534, 535, 538}
"""Authentication failures are the operator's to mend: the letter itself may still be taken."""


class VerifiedConnection(Connection):
    """Flask-Mail's connection, with a time limit and certificates that are checked."""

    def __init__(self, mail: Mail, timeout: float) -> None:
        super().__init__(mail)
        self._timeout = timeout

    def __exit__(self, *_: object) -> None:
        """Say good-bye; once the letter was taken it no longer matters whether that is heard."""
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Open the connection: TLS only with a certificate this machine trusts."""
        mail, context = self.mail, ssl.create_default_context()
        host: smtplib.SMTP | smtplib.SMTP_SSL
        if mail.use_ssl:
            host = smtplib.SMTP_SSL(mail.server, mail.port, timeout=self._timeout, context=context)
        else:
            host = smtplib.SMTP(mail.server, mail.port, timeout=self._timeout)
        try:
            if mail.use_tls:
                host.starttls(context=context)
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host


class IllustratedMessage(Message):
    """A message whose pictures belong to its HTML part."""

    def _message(self) -> MIMEBase:
        message = super()._message()
        if self.attachments:
            message.set_type("multipart/related")
            message.set_param("type", "multipart/alternative")
        return message


def open_connection(app: Flask, settings: Settings) -> VerifiedConnection:
    """A connection to the mail server, opened when entered."""
    return VerifiedConnection(app.extensions["finportal-mail"], settings.mail_timeout)


class SmtpPostman:
    """Draws a letter in the recipient's language and hands it to the server."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    def send(self, letter: Letter, message_id: str) -> None:
        """Deliver one letter. Raises MailRefused (for good), MailDelayed, MailServerDown."""
        with self._app.test_request_context(base_url=self._settings.base_url):
            message = draw(letter, message_id, self._settings)
            try:
                with open_connection(self._app, self._settings) as connection:
                    connection.send(message)
            except smtplib.SMTPRecipientsRefused as error:
                code, answer = next(iter(error.recipients.values()))
                raise _verdict(code, answer) from error
            except smtplib.SMTPResponseException as error:
                raise _verdict(error.smtp_code, error.smtp_error) from error
            except (OSError, smtplib.SMTPException) as error:
                raise MailServerDown(type(error).__name__) from error


def init_mail(app: Flask, settings: Settings) -> None:
    """Configure Flask-Mail; in demo mode every letter is also kept where /demo/mail reads it."""
    password = settings.mail_password
    app.config |= {
        "MAIL_SERVER": settings.mail_server,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USE_SSL": settings.mail_use_ssl,
        "MAIL_USERNAME": settings.mail_username,
        "MAIL_PASSWORD": password.get_secret_value() if password else None,
        "MAIL_DEFAULT_SENDER": formataddr(
            (settings.lender.name, settings.mail_default_sender or settings.lender.email)
        ),
        "MAIL_SUPPRESS_SEND": not settings.mail_server,
    }
    app.extensions["finportal-mail"] = Mail(app)
    if settings.demo:
        keep = _keeper(demo_mailbox(settings))
        email_dispatched.connect(keep, app, weak=False)


def demo_mailbox(settings: Settings) -> Path:
    """Where the demo keeps its mail (a Maildir)."""
    return settings.instance / "demo-mail"


def draw(letter: Letter, message_id: str, settings: Settings) -> Message:
    """The letter as a message: subject, text and HTML from one folder of templates."""
    picture = catalogue.pictures().get(letter.values.get("picture", ""))
    with force_locale(letter.locale):
        values: dict[str, Any] = {
            **letter.values,
            "locale": letter.locale,
            "picture": picture,
            "lender": settings.lender.for_reading(),
            "base_url": settings.base_url.rstrip("/"),
        }
        folder = f"mail/{letter.kind}"
        subject = " ".join(render_template(f"{folder}/subject.txt", **values).split())
        message = IllustratedMessage(
            subject=subject,
            recipients=[letter.to],
            body=render_template(f"{folder}/body.txt", **values),
            html=render_template(f"{folder}/body.html", **values),
            extra_headers={"Auto-Submitted": "auto-generated"},
        )
    message.msgId = message_id
    if picture:
        message.attach(
            f"{picture.id}.png", "image/png", picture.png, "inline", {"Content-ID": "<imagen>"}
        )
    return message


def _keeper(folder: Path) -> Callable[..., None]:
    def keep(_app: Flask, message: Message) -> None:
        mailbox.Maildir(folder, create=True).add(message.as_bytes())

    return keep


def _verdict(code: int, answer: bytes | str) -> MailRefused | MailDelayed:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    permanent = code in PERMANENT and code not in TRANSIENT_IN_THE_500S
    return (MailRefused if permanent else MailDelayed)(f"{code} {text}"[:200])
