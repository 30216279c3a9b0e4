"""Who has access to an account: known browsers, open sessions, the last sign-ins; and ending it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select

from finportal.adapters.database import Database, Link
from finportal.models import AuditEvent, Device, Visit
from finportal.services import audit, devices
from finportal.services.visits import CODE_DUE, IDLE, CurrentVisit, Surroundings, open_at

ACCESSES = ("signed_in", "password_accepted", "sign_in_refused", "device_cookie_reused")
"""What of the trail tells its owner who tried to come in."""
NEWEST = 10


class UnknownAccess(LookupError):
    """This account has no such session or device, or has it no more."""


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A device that signs in without a code; `here`: the one that asks."""

    id: int
    browser: str
    network: str
    since: datetime
    last_used_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is open; `waiting`: its password was right, and a code is still due."""

    id: int
    browser: str
    network: str
    since: datetime
    last_used_at: datetime
    here: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class LastAccess:
    """A sign-in, or a try: one of `ACCESSES`."""

    at: datetime
    kind: str
    network: str


_OWN_DEVICES = (
    select(
        Device.id,
        Device.browser,
        Device.network,
        Device.created_at,
        Device.last_used_at,
        (Device.id == bindparam("here")).label("here"),
    )
    .where(
        Device.account_id == bindparam("account"),
        Device.revoked_at.is_(None),
        Device.expires_at > bindparam("now"),
    )
    .order_by(Device.last_used_at.desc(), Device.id.desc())
)
_OWN_SESSIONS = (
    select(
        Visit.id,
        Visit.browser,
        Visit.network,
        Visit.created_at,
        Visit.last_seen_at,
        (Visit.id == bindparam("visit")).label("here"),
        (Visit.stage == CODE_DUE).label("waiting"),
    )
    .where(
        Visit.account_id == bindparam("account"),
        Visit.expires_at > bindparam("now"),
        Visit.last_seen_at > bindparam("idle_since"),
    )
    .order_by(Visit.last_seen_at.desc(), Visit.id.desc())
)
_LAST = (
    select(AuditEvent.at, AuditEvent.kind, AuditEvent.network)
    .where(AuditEvent.account_id == bindparam("account"), AuditEvent.kind.in_(ACCESSES))
    .order_by(AuditEvent.id.desc())
    .limit(NEWEST)
)


def known_browsers(link: Link, visit: CurrentVisit, now: datetime) -> list[KnownBrowser]:
    """The account's devices, the one used last first."""
    values = {"account": visit.account_id, "here": visit.device_id, "now": now}
    rows = link.execute(_OWN_DEVICES, values)
    return [KnownBrowser(*row[:5], here=bool(row.here)) for row in rows]


def open_sessions(link: Link, visit: CurrentVisit, now: datetime) -> list[OpenSession]:
    """The account's sessions, the one used last first."""
    values = {"account": visit.account_id, "visit": visit.id, "now": now, "idle_since": now - IDLE}
    rows = link.execute(_OWN_SESSIONS, values)
    return [OpenSession(*row[:5], here=bool(row.here), waiting=bool(row.waiting)) for row in rows]


def last_accesses(link: Link, visit: CurrentVisit) -> list[LastAccess]:
    """The newest sign-ins and tries of the account whose number was typed right."""
    return [LastAccess(*row) for row in link.execute(_LAST, {"account": visit.account_id})]


def session_of(link: Link, visit: CurrentVisit, number: int, now: datetime) -> OpenSession:
    """One of the account's other sessions. Raises UnknownAccess."""
    for one in open_sessions(link, visit, now):
        if one.id == number and not one.here:
            return one
    raise UnknownAccess(number)


def device_of(link: Link, visit: CurrentVisit, number: int, now: datetime) -> KnownBrowser:
    """One of the account's devices. Raises UnknownAccess."""
    for one in known_browsers(link, visit, now):
        if one.id == number:
            return one
    raise UnknownAccess(number)


def end_session(db: Database, visit: CurrentVisit, number: int, around: Surroundings) -> None:
    """End one of the account's other sessions. Raises UnknownAccess."""
    with db.writing() as link:
        if not _end(link, visit, around.now, Visit.id == number, open_at(around.now)):
            raise UnknownAccess(number)
        audit.record(link, "session_ended", around, account_id=visit.account_id)


def end_others(db: Database, visit: CurrentVisit, around: Surroundings) -> int:
    """End every session of the account but this one; returns how many there were."""
    with db.writing() as link:
        ended = _end(link, visit, around.now)
        audit.record(
            link, "other_sessions_ended", around, account_id=visit.account_id, detail=str(ended)
        )
    return ended


def forget_device(db: Database, visit: CurrentVisit, number: int, around: Surroundings) -> bool:
    """Know a device no more and end its sessions; True when this session was one of them.

    Raises UnknownAccess.
    """
    with db.writing() as link:
        if not devices.forget(link, visit.account_id or 0, number, around):
            raise UnknownAccess(number)
        audit.record(link, "device_forgotten", around, account_id=visit.account_id)
    return number == visit.device_id


def _end(link: Link, visit: CurrentVisit, now: datetime, *which: ColumnElement[bool]) -> int:
    """End sessions of the account, and forget those that lapsed; returns how many were open."""
    others = (
        delete(Visit)
        .where(Visit.account_id == visit.account_id, Visit.id != visit.id, *which)
        .returning(open_at(now))
    )
    return sum(link.execute(others).scalars())
