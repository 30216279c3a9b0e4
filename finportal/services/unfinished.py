"""What was under way when a session was over: kept for its browser, until its customer is back."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from finportal.adapters.database import Database, Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import Unreadable, Vault, token_hash
from finportal.models import Account, Base, Device, UnfinishedForm, Visit
from finportal.models.accounts import SUSPENDED
from finportal.services import devices
from finportal.services.visits import SIGNED_IN, CurrentVisit

LASTS = timedelta(minutes=30)
LONGEST = 4_000
"""Letters of what was typed, as JSON; more was not typed by hand and is not kept."""

Typed = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The page to go back to (path and query), and what its form held, name by name."""

    address: str
    typed: Typed


_TABLE = Base.metadata.tables["unfinished_forms"]
_WHOSE = Prepared(
    select(Visit.device_id, _TABLE.c.sealed, _TABLE.c.fields, _TABLE.c.kept_at, _TABLE.c.led_at)
    .join(Device, Device.id == Visit.device_id)
    .join(Account, Account.id == Visit.account_id)
    .outerjoin(_TABLE, _TABLE.c.device_id == Visit.device_id)
    .where(
        Visit.token_hash == bindparam("token_hash"),
        Visit.stage == SIGNED_IN,
        Device.revoked_at.is_(None),
        Account.state != SUSPENDED,
    )
)
_OF = (_TABLE.c.device_id == bindparam("device"), _TABLE.c.kept_at > bindparam("since"))
_FOUND = Prepared(select(_TABLE.c.sealed, _TABLE.c.fields).where(*_OF))
_WAITING = Prepared(select(_TABLE.c.sealed, _TABLE.c.fields).where(*_OF, _TABLE.c.led_at.is_(None)))
_KEEP = Prepared(insert(_TABLE))
_LED = Prepared(
    update(_TABLE).where(_TABLE.c.device_id == bindparam("device")).values(led_at=bindparam("now"))
)
_NO_MORE = delete(Visit).where(Visit.token_hash == bindparam("token_hash"))
_FORGET = Prepared(delete(_TABLE).where(_TABLE.c.device_id == bindparam("device")))


def keep(db: Database, vault: Vault, session: str, left: Unfinished, now: datetime) -> bool:
    """Keep it, sealed, for the browser whose session (its token) this is, or was when it lapsed.

    True when something typed is kept. A page alone never takes the place of a form that waits.
    Nothing is kept for a session that was ended, or whose browser the account does not know.
    """
    with db.reading() as link:
        whose = _WHOSE.first(link, {"token_hash": token_hash(session)})
    if whose is None:
        return False
    typed = left.typed if len(json.dumps(left.typed)) <= LONGEST else {}
    left = Unfinished(left.address, typed)
    if not typed and _waits(whose, now) and (whose.fields or _unsealed(vault, whose) == left):
        return False
    sealed = vault.seal({"address": left.address, "typed": typed})
    row = {"device_id": whose.device_id, "fields": len(typed), "sealed": sealed}
    with db.writing() as link:
        if not devices.still_known(link, whose.device_id):
            return False
        _FORGET.run(link, {"device": whose.device_id})
        _KEEP.run(link, row | {"kept_at": now, "led_at": None})
    return bool(typed)


def waiting(link: Link, vault: Vault, visit: CurrentVisit, now: datetime) -> Unfinished | None:
    """What this session's browser left in the last half hour and was not led back to yet."""
    return _read(_WAITING, link, vault, visit, now)


def found(link: Link, vault: Vault, visit: CurrentVisit, now: datetime) -> Unfinished | None:
    """The same, led back to or not; what cannot be read is nothing."""
    return _read(_FOUND, link, vault, visit, now)


def led(link: Link, visit: CurrentVisit, now: datetime) -> None:
    """The customer was led back: signing in again leads nowhere special."""
    _LED.run(link, {"device": visit.device_id, "now": now})


def erase(link: Link, visit: CurrentVisit) -> None:
    """It was taken up."""
    _FORGET.run(link, {"device": visit.device_id})


def forget(db: Database, session: str) -> None:
    """It is wanted no more, nor is the session (its token) if it lapsed."""
    values = {"token_hash": token_hash(session)}
    with db.reading() as link:
        whose = _WHOSE.first(link, values)
    if whose is None:
        return
    with db.writing() as link:
        _FORGET.run(link, {"device": whose.device_id})
        link.execute(_NO_MORE, values)


def sweep(link: Link, now: datetime) -> None:
    """Erase what nobody came back for."""
    link.execute(delete(UnfinishedForm).where(UnfinishedForm.kept_at <= now - LASTS))


def _waits(row: Any, now: datetime) -> bool:
    return row.kept_at is not None and row.led_at is None and row.kept_at > now - LASTS


def _read(
    query: Prepared, link: Link, vault: Vault, visit: CurrentVisit, now: datetime
) -> Unfinished | None:
    row = query.first(link, {"device": visit.device_id, "since": now - LASTS})
    return _unsealed(vault, row) if row else None


def _unsealed(vault: Vault, row: Any) -> Unfinished | None:
    try:
        return Unfinished(**vault.unseal(row.sealed))
    except Unreadable:
        return None
