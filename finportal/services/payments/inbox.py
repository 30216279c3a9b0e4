"""The inbox of notifications: each kept once, each judged once."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database, dialect_of
from finportal.adapters.secrets import Vault
from finportal.models import Base, GatewayNotification, NotificationVerdict
from finportal.services import throttle
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import Surroundings

REFUSED_KEPT = Limit("refused notifications", 100, timedelta(hours=1))
"""How many notifications that prove nothing are kept of one network."""
REFUSED_OF_ALL = Limit("refused notifications of all", 500, timedelta(hours=1))
"""And of all networks together, for a stranger may have many: with REFUSED_BYTES, 12 MB a day."""
REFUSED_BYTES = 1024
"""So much of a body that proves nothing is kept, beside the digest of the whole."""
UNJUDGED_FOR = timedelta(days=7)

_INBOX = Base.metadata.tables["gateway_notifications"]
_VERDICTS = Base.metadata.tables["notification_verdicts"]


class Received(StrEnum):
    """What a notification was found to be.

    WAITING: it is kept, and judged later. The gateway is answered 200 for all but REFUSED.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"
    WAITING = "waiting"


def keep(
    db: Database,
    gateway: str,
    headers: Mapping[str, str],
    body: bytes,
    around: Surroundings,
    *,
    proven: bool = True,
) -> tuple[int, str | None]:
    """Store a notification; its id, and the verdict if the same one was judged before.

    Of one that is not proven the first REFUSED_BYTES.
    """
    head = json.dumps(headers, sort_keys=True)
    digest = hashlib.sha256(f"{gateway}\n{head}\n".encode() + body).hexdigest()
    values = {
        "digest": digest,
        "gateway": gateway,
        "headers": head,
        "body": body if proven else body[:REFUSED_BYTES],
        "network": around.network,
        "received_at": around.now,
    }
    known = (
        select(_INBOX.c.id, _VERDICTS.c.verdict)
        .outerjoin(_VERDICTS, _VERDICTS.c.notification_id == _INBOX.c.id)
        .where(_INBOX.c.digest == digest)
    )
    with db.write() as session:
        session.execute(_adding(dialect_of(session), _INBOX.name), values)
        row = session.execute(known).one()
    return row.id, row.verdict


def decide(
    session: Session,
    notification_id: int,
    verdict: Received,
    reason: str,
    around: Surroundings,
    *,
    attempt_id: int | None = None,
) -> bool:
    """Write a verdict; False if there is one already."""
    values = {
        "notification_id": notification_id,
        "verdict": verdict.value,
        "reason": reason,
        "attempt_id": attempt_id,
        "judged_at": around.now,
    }
    written: Any = session.execute(_adding(dialect_of(session), _VERDICTS.name), values)
    return bool(written.rowcount)


def unjudged(
    db: Database, around: Surroundings, before: int | None, without: Collection[str]
) -> tuple[int, str] | None:
    """The newest that was kept and never judged, of the last week, and its gateway.

    Only of those `before` a row, and `without` some gateways. None if there is none.
    """
    query = (
        select(GatewayNotification.id, GatewayNotification.gateway)
        .outerjoin(
            NotificationVerdict, NotificationVerdict.notification_id == GatewayNotification.id
        )
        .where(
            NotificationVerdict.id.is_(None),
            GatewayNotification.received_at > around.now - UNJUDGED_FOR,
            GatewayNotification.gateway.not_in(without),
        )
        .order_by(GatewayNotification.id.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(GatewayNotification.id < before)
    with db.read() as session:
        row = session.execute(query).one_or_none()
        return (row.id, row.gateway) if row else None


def flooded(db: Database, vault: Vault, around: Surroundings) -> bool:
    """Whether this network, or all together, have sent too many that prove nothing."""
    with db.read() as session:
        return throttle.over(session, around.now, _counters(vault, around)) is not None


def count_refused(session: Session, vault: Vault, around: Surroundings) -> None:
    """Count one more of this network that proves nothing."""
    throttle.take(session, around.now, _counters(vault, around))


def _counters(vault: Vault, around: Surroundings) -> list[Counter]:
    own = throttle.counter(vault, REFUSED_KEPT, around.network)
    return [own, throttle.counter(vault, REFUSED_OF_ALL, "all")]


@cache
def _adding(dialect: str, table: str) -> Any:
    """Add a row unless its unique column is taken; only the database in use is loaded."""
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert(Base.metadata.tables[table]).on_conflict_do_nothing()
