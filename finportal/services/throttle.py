"""Limits shared by every process: counters in the database, a fixed window each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import Bucket


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


def take(session: Session, now: datetime, counters: Iterable[Counter]) -> timedelta | None:
    """Count one more use of each; None when all are within their limits, else how long to wait.

    Counters are raised in order and the first that is over stops the rest: name the network first,
    so that a network that is blocked cannot use up anybody else's limits.
    """
    waits = (_raise(session, now, one) for one in counters)
    return next((wait for wait in waits if wait is not None), None)


def give_back(session: Session, counters: Iterable[Counter]) -> None:
    """Undo one use: the attempt turned out to be a good one."""
    for one in counters:
        session.execute(
            update(Bucket)
            .where(Bucket.key == one.key, Bucket.count > 0)
            .values(count=Bucket.count - 1)
        )


def sweep(session: Session, now: datetime) -> None:
    """Forget windows that are over."""
    session.execute(delete(Bucket).where(Bucket.expires_at <= now))


def _raise(session: Session, now: datetime, one: Counter) -> timedelta | None:
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    over = Bucket.expires_at <= now
    raised = (
        insert(Bucket)
        .values(key=one.key, count=1, expires_at=now + one.limit.per)
        .on_conflict_do_update(
            index_elements=[Bucket.key],
            set_={
                "count": case((over, 1), else_=Bucket.count + 1),
                "expires_at": case((over, now + one.limit.per), else_=Bucket.expires_at),
            },
        )
        .returning(Bucket.count, Bucket.expires_at)
    )
    count, expires_at = session.execute(raised).one()
    return None if count <= one.limit.most else expires_at - now
