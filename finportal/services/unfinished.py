"""What was under way when a session was over: kept for the same browser, until it is back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select

from finportal.adapters.database import Database, Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import Unreadable, Vault
from finportal.models import Base, UnfinishedForm
from finportal.services import devices
from finportal.services.visits import CurrentVisit, Surroundings

LASTS = timedelta(minutes=30)
LONGEST = 4_000
"""Letters of what was typed, all fields together; more was not typed by hand and is not kept."""

Typed = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The page to go back to (path and query), and what its form held, name by name."""

    address: str
    typed: Typed


_TABLE = Base.metadata.tables["unfinished_forms"]
_FIND = Prepared(
    select(_TABLE.c.sealed).where(
        _TABLE.c.device_id == bindparam("device"), _TABLE.c.kept_at > bindparam("since")
    )
)
_KEEP = Prepared(insert(_TABLE))
_FORGET = Prepared(delete(_TABLE).where(_TABLE.c.device_id == bindparam("device")))


def keep(db: Database, vault: Vault, left: Unfinished, around: Surroundings) -> bool:
    """Keep it, sealed, in place of what this browser left before.

    False when no account knows the browser: then there is nobody to keep it for.
    """
    if sum(len(text) for texts in left.typed.values() for text in texts) > LONGEST:
        left = Unfinished(left.address, {})
    with db.writing() as link:
        device_id = devices.behind(link, around)
        if device_id is None:
            return False
        sealed = vault.seal({"address": left.address, "typed": left.typed})
        _FORGET.run(link, {"device": device_id})
        _KEEP.run(link, {"device_id": device_id, "sealed": sealed, "kept_at": around.now})
    return True


def of(link: Link, vault: Vault, visit: CurrentVisit, now: datetime) -> Unfinished | None:
    """What this session's browser left in its last half hour; what cannot be read is nothing."""
    row = _FIND.first(link, {"device": visit.device_id, "since": now - LASTS})
    if row is None:
        return None
    try:
        return Unfinished(**vault.unseal(row.sealed))
    except Unreadable:
        return None


def forget(link: Link, visit: CurrentVisit) -> None:
    """It was taken up, or is wanted no more."""
    _FORGET.run(link, {"device": visit.device_id})


def sweep(link: Link, now: datetime) -> None:
    """Erase what nobody came back for."""
    link.execute(delete(UnfinishedForm).where(UnfinishedForm.kept_at <= now - LASTS))
