"""Mail and texts that leave for certain: posted with their fact, delivered by the worker."""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database, Link
from finportal.adapters.letter import Letter, MailRefused, MailServerDown
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import Unreadable, Vault
from finportal.models import Base, OutboxMail
from finportal.models.mail import EXPIRED, FAILED, SENT, WAITING
from finportal.services.identity import masked, masked_email

log = logging.getLogger(__name__)

_POST = Prepared(insert(Base.metadata.tables["outbox"]))
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_BY_MAIL = OutboxMail.recipient.contains("@")
"""An e-mail address has one; the number of a text message has none."""

KEPT = timedelta(days=90)
LEASE = timedelta(minutes=5)
BACKOFF = [timedelta(minutes=wait) for wait in (1, 5, 15, 60, 240, 480, 720, 1440)]
"""How long to wait after each failed attempt; about 48 hours in all."""


class Postman(Protocol):
    """Hands one letter to the mail server, or one text message to its sender."""

    def send(self, letter: Letter, message_id: str) -> None:
        """Deliver, or raise MailRefused, MailDelayed or MailServerDown."""


@dataclass(frozen=True)
class Delivered:
    """What one round of the outbox did."""

    sent: int
    delayed: int
    failed: int

    def __add__(self, other: "Delivered") -> "Delivered":
        """What two rounds did."""
        return Delivered(
            self.sent + other.sent, self.delayed + other.delayed, self.failed + other.failed
        )


def post(
    link: Link,
    vault: Vault,
    letter: Letter,
    now: datetime,
    *,
    account_id: int | None = None,
    document_id: int | None = None,
) -> None:
    """Put a letter in the outbox, sealed, inside the transaction of the fact it tells of.

    With `document_id`, the document it tells of, the row stays for good: it proves the delivery.
    """
    _POST.run(
        link,
        {
            "message_id": f"<{uuid4()}@finportal>",
            "kind": letter.kind,
            "recipient": letter.to,
            "account_id": account_id,
            "document_id": document_id,
            "locale": letter.locale,
            "values_sealed": vault.seal(letter.values),
            "state": WAITING,
            "attempts": 0,
            "created_at": now,
            "due_at": now,
            "expires_at": now + letter.lifetime if letter.lifetime else None,
        },
    )


def deliver_due(
    db: Database,
    vault: Vault,
    postman: Postman,
    clock: Callable[[], datetime],
    texts: Postman | None = None,
) -> Delivered:
    """Send what is due, oldest first: mail, then text messages where `texts` carries them.

    Each of the two stops early when its server does not answer at all; the other goes on.
    """
    _expire(db, clock())
    mailed = _deliver_all(db, vault, postman, clock, _BY_MAIL)
    return mailed + _deliver_all(db, vault, texts, clock, ~_BY_MAIL) if texts else mailed


def masked_recipient(to: str) -> str:
    """Where a letter goes, for lists: the first letters of an e-mail, the end of a number."""
    return masked_email(to) if "@" in to else masked(to)


def retry(session: Session, mail_id: int, now: datetime) -> bool:
    """Make a failed letter due again; False when it is gone or its body was erased."""
    again = (
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id,
            OutboxMail.state == FAILED,
            OutboxMail.values_sealed.is_not(None),
        )
        .values(state=WAITING, due_at=now, attempts=0, leased_until=None)
        .returning(OutboxMail.id)
    )
    return session.execute(again).one_or_none() is not None


def counts(session: Session) -> dict[str, int]:
    """How many letters are in each state."""
    grouped = select(OutboxMail.state, func.count()).group_by(OutboxMail.state)
    return dict(session.execute(grouped).all())


def oldest_due(session: Session) -> datetime | None:
    """Since when the longest waiting letter should have left; None when nothing waits."""
    waiting = select(func.min(OutboxMail.due_at)).where(OutboxMail.state == WAITING)
    return session.scalar(waiting)


def sweep(session: Session, now: datetime) -> None:
    """Forget letters that left, or became worthless, long ago; not those that tell of documents."""
    over = (SENT, EXPIRED)
    session.execute(
        delete(OutboxMail).where(
            OutboxMail.state.in_(over),
            OutboxMail.created_at <= now - KEPT,
            OutboxMail.document_id.is_(None),
        )
    )


def _expire(db: Database, now: datetime) -> None:
    with db.write() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.state.in_((WAITING, FAILED)), OutboxMail.expires_at <= now)
            .values(state=EXPIRED, values_sealed=None)
        )


def _deliver_all(
    db: Database,
    vault: Vault,
    postman: Postman,
    clock: Callable[[], datetime],
    ours: ColumnElement[bool],
) -> Delivered:
    count = {SENT: 0, WAITING: 0, FAILED: 0}
    try:
        while row := _claim(db, ours, clock()):
            count[_deliver(db, vault, postman, row, clock)] += 1
    except MailServerDown:
        count[WAITING] += 1
    return Delivered(count[SENT], count[WAITING], count[FAILED])


def _claim(db: Database, ours: ColumnElement[bool], now: datetime) -> OutboxMail | None:
    with db.write() as session:
        due = (
            select(OutboxMail)
            .where(
                ours,
                OutboxMail.state == WAITING,
                OutboxMail.due_at <= now,
                (OutboxMail.expires_at.is_(None)) | (OutboxMail.expires_at > now),
                (OutboxMail.leased_until.is_(None)) | (OutboxMail.leased_until <= now),
            )
            .order_by(OutboxMail.due_at, OutboxMail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.scalars(due).one_or_none()
        if row:
            row.leased_until = now + LEASE
            row.attempts += 1
        return row


def _deliver(
    db: Database,
    vault: Vault,
    postman: Postman,
    row: OutboxMail,
    clock: Callable[[], datetime],
) -> str:
    try:
        letter = Letter(row.kind, row.recipient, row.locale, vault.unseal(row.values_sealed or b""))
        postman.send(letter, row.message_id)
    except (MailRefused, Unreadable) as error:
        return _settle(db, row, clock(), FAILED, str(error))
    except MailServerDown as error:
        _settle(db, row, clock(), WAITING, str(error))
        raise
    except Exception as error:  # noqa: BLE001 - one letter must not stop the others for good
        log.warning("mail delayed", extra={"mail": row.id, "attempt": row.attempts})
        return _settle(db, row, clock(), WAITING, str(error) or type(error).__name__)
    return _settle(db, row, clock(), SENT, None)


def _settle(db: Database, row: OutboxMail, now: datetime, state: str, error: str | None) -> str:
    if state == WAITING and row.attempts > len(BACKOFF):
        state = FAILED
    told = _ADDRESS.sub(lambda found: masked_email(found[0]), error) if error else None
    values: dict[str, object] = {"state": state, "last_error": told, "leased_until": None}
    if state == SENT:
        values |= {"sent_at": now, "values_sealed": None}
    elif state == WAITING:
        wait = BACKOFF[row.attempts - 1]
        values["due_at"] = now + wait + timedelta(seconds=secrets.randbelow(20))
    else:
        log.error("mail failed for good", extra={"mail": row.id, "kind": row.kind})
    with db.write() as session:
        ours = (OutboxMail.id == row.id, OutboxMail.attempts == row.attempts)
        still = OutboxMail.state == WAITING
        session.execute(update(OutboxMail).where(*ours, still).values(**values))
    return state
