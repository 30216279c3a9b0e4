"""Limits shared by every process: counters in the database, a fixed window each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module

from sqlalchemy import bindparam, case, delete, select, update

from finportal.adapters.database import Link, dialect_of
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import Vault
from finportal.models import Base
from finportal.models.base import Instant


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each window of `per`, counted apart for each subject."""

    name: str
    most: int
    per: timedelta


@dataclass(frozen=True)
class Counter:
    """A limit applied to one subject, known only by its fingerprint."""

    limit: Limit
    key: str


def counter(vault: Vault, limit: Limit, subject: str) -> Counter:
    """The counter of one subject; what the subject is cannot be read back from it."""
    return Counter(limit, vault.fingerprint(f"limit:{limit.name}", subject))


def take(link: Link, now: datetime, counters: Iterable[Counter]) -> timedelta | None:
    """Count one more use of each; None when all are within their limits, else how long to wait.

    Counters are raised in order and the first that is over stops the rest: name the network first,
    so that a network that is blocked cannot use up anybody else's limits.
    """
    waits = (_raise(link, now, one) for one in counters)
    return next((wait for wait in waits if wait is not None), None)


def take_all(link: Link, now: datetime, counters: Sequence[Counter]) -> timedelta | None:
    """Like `take`, but where one is used up none is counted: they are not all of whoever asks."""
    return over(link, now, counters) or take(link, now, counters)


def give_back(link: Link, counters: Iterable[Counter]) -> None:
    """Undo one use: the attempt turned out to be a good one."""
    for one in counters:
        _GIVE_BACK.run(link, {"counter": one.key})


def over(link: Link, now: datetime, counters: Iterable[Counter]) -> timedelta | None:
    """How long the first that is used up has still to go, counting nothing; None without one."""
    for one in counters:
        values = {"counter": one.key, "now": now, "most": one.limit.most}
        ends_at: datetime | None = link.execute(_USED_UP, values).scalar_one_or_none()
        if ends_at:
            return ends_at - now
    return None


def clear(link: Link, counters: Iterable[Counter]) -> int:
    """Begin anew for each; how many had been counting."""
    keys = [one.key for one in counters]
    return len(link.execute(_CLEAR, {"counters": keys}).all())


def sweep(link: Link, now: datetime) -> None:
    """Forget windows that are over."""
    link.execute(_SWEEP, {"now": now})


def _raise(link: Link, now: datetime, one: Counter) -> timedelta | None:
    values = {"key": one.key, "now": now, "until": now + one.limit.per}
    count, expires_at = _raising(dialect_of(link)).first(link, values)
    return None if count <= one.limit.most else expires_at - now


@cache
def _raising(dialect: str) -> Prepared:
    """Count one more use, or begin a new window; only the database in use is loaded."""
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    now, until = bindparam("now", type_=Instant), bindparam("until", type_=Instant)
    over = _BUCKETS.c.expires_at <= now
    return Prepared(
        insert(_BUCKETS)
        .values(key=bindparam("key"), count=1, expires_at=until)
        .on_conflict_do_update(
            index_elements=[_BUCKETS.c.key],
            set_={
                "count": case((over, 1), else_=_BUCKETS.c.count + 1),
                "expires_at": case((over, until), else_=_BUCKETS.c.expires_at),
            },
        )
        .returning(_BUCKETS.c.count, _BUCKETS.c.expires_at)
    )


_BUCKETS = Base.metadata.tables["throttle_buckets"]
_GIVE_BACK = Prepared(
    update(_BUCKETS)
    .where(_BUCKETS.c.key == bindparam("counter"), _BUCKETS.c.count > 0)
    .values(count=_BUCKETS.c.count - 1)
)
_USED_UP = select(_BUCKETS.c.expires_at).where(
    _BUCKETS.c.key == bindparam("counter"),
    _BUCKETS.c.expires_at > bindparam("now"),
    _BUCKETS.c.count >= bindparam("most"),
)
_CLEAR = (
    delete(_BUCKETS)
    .where(_BUCKETS.c.key.in_(bindparam("counters", expanding=True)))
    .returning(_BUCKETS.c.key)
)
_SWEEP = delete(_BUCKETS).where(_BUCKETS.c.expires_at <= bindparam("now"))
