"""The trail's chain: each row sealed once, and whether all are still what was sealed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, bindparam, delete, insert, select, text, type_coerce

from finportal.adapters.bulk import moment
from finportal.adapters.database import Database, Link, dialect_of
from finportal.adapters.secrets import Vault
from finportal.models import Base

AT_ONCE = 500
"""Rows that one transaction seals: while it lasts, nobody else writes to SQLite."""
READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Seal:
    """A place in the chain, counted from 1, and the digest that covers it and all before it."""

    place: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows are as they were sealed, the last of them, and the first that is not."""

    rows: int
    head: Seal
    fault: str | None


BEGINNING = Seal(0, "")
"""What the first seal stands on."""

_EVENTS = Base.metadata.tables["audit_events"]
_WAITING = Base.metadata.tables["audit_waiting"]
_SEALS = Base.metadata.tables["audit_seals"]
_ROW = (
    _EVENTS.c.id,
    type_coerce(_EVENTS.c.at, Text).label("at"),
    _EVENTS.c.kind,
    _EVENTS.c.account_id,
    _EVENTS.c.customer_id,
    _EVENTS.c.network,
    _EVENTS.c.detail,
)
_ONE_AT_A_TIME = text("LOCK TABLE audit_seals IN SHARE ROW EXCLUSIVE MODE")
_ANYTHING = select(_WAITING.c.event_id).limit(1)
_NEXT = (
    select(*_ROW)
    .join(_WAITING, _WAITING.c.event_id == _EVENTS.c.id)
    .order_by(_EVENTS.c.id)
    .limit(AT_ONCE)
)
_DONE = delete(_WAITING).where(_WAITING.c.event_id.in_(bindparam("sealed", expanding=True)))
_LAST = select(_SEALS.c.id, _SEALS.c.digest).order_by(_SEALS.c.id.desc()).limit(1)
_OF_DIGEST = select(_SEALS.c.id, _SEALS.c.digest).where(_SEALS.c.digest == bindparam("digest"))
_WALK = (
    select(
        _SEALS.c.id.label("place"),
        _SEALS.c.event_id,
        _SEALS.c.digest,
        type_coerce(_SEALS.c.sealed_at, Text).label("sealed_at"),
        *_ROW,
    )
    .outerjoin(_EVENTS, _EVENTS.c.id == _SEALS.c.event_id)
    .where(_SEALS.c.id > bindparam("after"))
    .order_by(_SEALS.c.id)
    .limit(READ_AT_ONCE)
)
_NEVER_SEALED = (
    select(_EVENTS.c.id)
    .outerjoin(_SEALS, _SEALS.c.event_id == _EVENTS.c.id)
    .outerjoin(_WAITING, _WAITING.c.event_id == _EVENTS.c.id)
    .where(_SEALS.c.id.is_(None), _WAITING.c.event_id.is_(None))
    .order_by(_EVENTS.c.id)
    .limit(1)
)
_WAITS_FOR_NOTHING = (
    select(_WAITING.c.event_id)
    .outerjoin(_EVENTS, _EVENTS.c.id == _WAITING.c.event_id)
    .where(_EVENTS.c.id.is_(None))
    .order_by(_WAITING.c.event_id)
    .limit(1)
)


def seal(db: Database, vault: Vault, now: datetime, most: int | None = None) -> int:
    """Seal the rows that wait, in short transactions; how many (not many above `most`).

    Rows of transactions still under way are not seen, and wait for the next call.
    """
    sealed, added = 0, AT_ONCE
    while added == AT_ONCE and (most is None or sealed < most):
        added = _seal_some(db, vault, now)
        sealed += added
    return sealed


def head(link: Link) -> Seal:
    """The newest seal: it stands for every row sealed so far."""
    row = link.execute(_LAST).one_or_none()
    return Seal(row.id, row.digest) if row else BEGINNING


def verify(
    db: Database,
    vault: Vault,
    now: datetime,
    *,
    kept: str | None = None,
    since: str | None = None,
) -> Verified:
    """Seal what waits, then compare every row with its seal, up to the first that differs.

    `kept`: a head's digest written down before, which must be met again; without it rows taken from
    the end together with their seals are not missed. `since`: such a digest to begin after.
    """
    seal(db, vault, now)
    with db.reading() as link:
        begin = _of_digest(link, since) if since else BEGINNING
        if begin is None:
            return Verified(0, BEGINNING, f"no seal has the digest {since}")
        return _verify(link, vault, begin, kept)


def _verify(link: Connection, vault: Vault, begin: Seal, kept: str | None) -> Verified:
    last, met = begin, kept in {None, begin.digest}
    for row in _walk(link, begin.place):
        if fault := _fault(vault, last, row):
            return Verified(last.place - begin.place, last, fault)
        last = Seal(row.place, row.digest)
        met = met or row.digest == kept
    fault = _unsealed(link) or (None if met else f"no seal has the digest {kept}")
    return Verified(last.place - begin.place, last, fault)


def _seal_some(db: Database, vault: Vault, now: datetime) -> int:
    with db.reading() as link:
        if link.execute(_ANYTHING).one_or_none() is None:
            return 0
    with db.writing() as link:
        if dialect_of(link) == "postgresql":
            link.execute(_ONE_AT_A_TIME)
        last, seals = head(link), []
        for row in link.execute(_NEXT).all():
            place = last.place + 1
            last = Seal(place, _digest(vault, last, moment(now), row))
            seals.append({"id": place, "event_id": row.id, "digest": last.digest, "sealed_at": now})
        if seals:
            link.execute(insert(_SEALS), seals)
            link.execute(_DONE, {"sealed": [one["event_id"] for one in seals]})
    return len(seals)


def _digest(vault: Vault, before: Seal, sealed_at: object, row: Any) -> str:
    """The seal of a row: keyed, over the seal before, this place and all that the row says."""
    event = [row.id, _written(row.at), row.kind, row.account_id, row.customer_id]
    event += [row.network, row.detail]
    covered = [before.digest, before.place + 1, _written(sealed_at), *event]
    return vault.trail_digest(json.dumps(covered, separators=(",", ":")))


def _written(at: object) -> object:
    """A moment as SQLite keeps it, unread: text that is none must differ, and not fail."""
    return moment(at) if isinstance(at, datetime) else at


def _of_digest(link: Connection, digest: str) -> Seal | None:
    row = link.execute(_OF_DIGEST, {"digest": digest}).one_or_none()
    return Seal(row.id, row.digest) if row else None


def _walk(link: Connection, after: int) -> Iterator[Any]:
    while rows := link.execute(_WALK, {"after": after}).all():
        yield from rows
        after = rows[-1].place


def _fault(vault: Vault, last: Seal, row: Any) -> str | None:
    if row.place != last.place + 1:
        return f"seal {last.place + 1} is missing"
    if row.id is None:
        return f"row {row.event_id} is missing (seal {row.place})"
    if row.digest != _digest(vault, last, row.sealed_at, row):
        return f"row {row.event_id} is not what was sealed (seal {row.place})"
    return None


def _unsealed(link: Connection) -> str | None:
    never = link.execute(_NEVER_SEALED).scalar_one_or_none()
    if never is not None:
        return f"row {never} was kept from being sealed"
    gone = link.execute(_WAITS_FOR_NOTHING).scalar_one_or_none()
    return None if gone is None else f"row {gone} is missing, and was not sealed yet"
