"""`check`: a line for each part of the installation, and an exit status that tells."""

import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import click
from flask.cli import with_appcontext

from finportal.adapters import key_files, schema
from finportal.adapters.gateways.accounts import placetopay_account, wompi_account
from finportal.adapters.mail import open_connection
from finportal.adapters.signing_key import NoSigningKey, SigningKey
from finportal.commands.worker import application
from finportal.services import outbox, rate_caps
from finportal.services.payments import holding
from finportal.settings import OPEN_TO_OTHERS, private_files
from finportal.web.context import Portal, here

LATE = timedelta(minutes=15)
SOON = timedelta(days=30)
PATIENCE = 5
"""Seconds that the machine of a gateway or sender has to answer."""


class Trouble(Exception):
    """A part that does not work; the message says what to do."""


@click.command()
@with_appcontext
def check() -> None:
    """Check settings, database, mail, texts, outbox, queue, rates, signature, gateway, clock."""
    portal = here()
    results = [_line(name, part, portal) for name, part in PARTS.items()]
    sys.exit(0 if all(results) else 1)


def _line(name: str, part: Callable[[Portal], str], portal: Portal) -> bool:
    try:
        click.echo(f"{name:<9} ok    {part(portal)}")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part is its line
        click.echo(f"{name:<9} FAIL  {str(error) or type(error).__name__}")
        return False
    return True


def settings(portal: Portal) -> str:
    """Which mode, and whether the files with secrets are ours alone."""
    open_files = [
        path.name
        for path in private_files(portal.settings)
        if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS
    ]
    if open_files and portal.settings.production:
        raise Trouble(f"readable by others: {', '.join(open_files)} (chmod 600)")
    return f"mode {portal.settings.mode}, {portal.settings.base_url}"


def database(portal: Portal) -> str:
    """Whether the tables are those this code needs."""
    at, needed = schema.current(portal.db), schema.newest()
    if at != needed:
        raise Trouble(f"at {at or 'nothing'}, needs {needed}: flask --app wsgi db upgrade")
    return f"{portal.db.engine.dialect.name} at {at}"


def mail(portal: Portal) -> str:
    """Whether the mail server answers, with the encryption and the password that letters use."""
    settings = portal.settings
    if not settings.mail_server:
        return "no server: mail is read at /demo/mail" if settings.demo else "no server named"
    with open_connection(application(), settings):
        pass
    return f"{settings.mail_server}:{settings.mail_port}"


def letters(portal: Portal) -> str:
    """Whether letters leave."""
    with portal.db.read() as session:
        counts, oldest = outbox.counts(session), outbox.oldest_due(session)
    if failed := counts.get("failed", 0):
        raise Trouble(f"{failed} failed for good: flask --app wsgi mail failed")
    if oldest and oldest + LATE < portal.clock():
        raise Trouble(f"a letter waits since {oldest:%Y-%m-%d %H:%M} UTC: is the worker running?")
    return f"{counts.get('waiting', 0)} waiting, {counts.get('sent', 0)} sent"


def queue(portal: Portal) -> str:
    """Whether the worker's queue can be read."""
    return f"{type(portal.jobs.huey).__name__}, {portal.jobs.huey.pending_count()} pending"


def rates(portal: Portal) -> str:
    """Whether the legal limit of interest is known for every day that a credit needs."""
    with portal.db.read() as session:
        known = rate_caps.coverage(session)
    if known is None:
        raise Trouble(
            "none loaded: figures ignore the legal limit (flask --app wsgi load rate-caps FILE)"
        )
    if known.missing:
        raise Trouble("; ".join(known.missing))
    return f"certified {rate_caps.days(known.first, known.last)}"


def signature(portal: Portal) -> str:
    """Whether documents can be signed, now and for the next month."""
    key, now = SigningKey.of(portal.settings), portal.clock()
    try:
        last = key_files.opened(key).certificate.not_valid_after_utc
    except NoSigningKey as error:
        raise Trouble(f"{error}: docs/operating.md, Signing documents") from None
    own = key_files.opened_for_signing(key, now)
    if last - now <= SOON:
        raise Trouble(f"the certificate ends on {last:%Y-%m-%d}: renew it")
    kind = "demo certificate" if own.demo else "certificate"
    return f"{kind} until {last:%Y-%m-%d}"


def gateway(portal: Portal) -> str:
    """Whether the gateway's machine answers, and what of its payments waits for a person."""
    settings = portal.settings
    if not settings.gateway:
        return "none: customers pay at a bank"
    address = {
        "placetopay": placetopay_account(settings).host,
        "wompi": wompi_account(settings).address,
    }[settings.gateway]
    _answers(settings.gateway, address)
    with portal.db.read() as session:
        held = len(holding.waiting(session))
    return f"{settings.gateway} at {address}, {held} payments held for a person"


def texts(portal: Portal) -> str:
    """Whether the sender of text messages answers; nothing is sent, and no secret proven."""
    settings = portal.settings
    if not settings.sms_account:
        return "no sender: " + (
            "texts are read at /demo/mail" if settings.demo else "a new mobile is proven by a call"
        )
    _answers("the sender", settings.sms_api)
    return f"{settings.sms_api} from {settings.sms_from or settings.sms_service}"


def clock(portal: Portal) -> str:
    """Whether the clock is plausible."""
    now = portal.clock()
    if now < datetime(2026, 1, 1, tzinfo=UTC):
        raise Trouble(f"it says {now:%Y-%m-%d %H:%M} UTC: set the machine's clock")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _answers(name: str, address: str) -> None:
    """Open a connection to the machine of an address. Raises Trouble."""
    parts = urlsplit(address)
    place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        socket.create_connection(place, PATIENCE).close()
    except OSError as error:
        raise Trouble(f"{name} does not answer at {address}: {error}") from None


PARTS = {
    "settings": settings,
    "database": database,
    "mail": mail,
    "texts": texts,
    "outbox": letters,
    "queue": queue,
    "rates": rates,
    "signature": signature,
    "gateway": gateway,
    "clock": clock,
}
