"""Storing rows of the customers and loans files: new ones at once, changed ones with a trail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from finportal.adapters import bulk
from finportal.services import audit
from finportal.services.contacts import conflicts
from finportal.services.contacts.conflicts import Said
from finportal.services.portfolio.books import CUSTOMERS, Book, Change, Owners
from finportal.services.portfolio.rows import FileRow
from finportal.services.visits import Surroundings

_DAYS = frozenset({"birth_date", "disbursed_on", "first_due_on", "opening_on"})


def add(
    session: Session, book: Book, rows: Sequence[FileRow], owners: Owners, now: datetime
) -> None:
    """Insert rows that are new, all at once."""
    if rows:
        names = [*book.columns(rows[0], owners)]
        days = [place for place, name in enumerate(names) if name in _DAYS]
        loaded_at = bulk.moment(now)
        bare = [_bare(book.columns(row, owners), days, loaded_at) for row in rows]
        bulk.insert_all(session, book.table, [*names, "loaded_at"], bare)
        book.begin(session, rows, now)


def _bare(columns: Mapping[str, object], days: Sequence[int], now: str) -> list[Any]:
    values: list[Any] = [*columns.values(), now]
    for place in days:
        if values[place] is not None:
            values[place] = values[place].isoformat()
    return values


def change(
    session: Session, book: Book, changes: Sequence[Change], owners: Owners, around: Surroundings
) -> None:
    """Write rows over the stored ones, each with its row in the trail."""
    if not changes:
        return
    loaded = {"loaded_at": around.now}
    values = [{"id": one.stored.id, **book.columns(one.row, owners), **loaded} for one in changes]
    session.execute(update(book.table), values)
    book.keep(session, [one.row for one in changes], around.now)
    kind = f"{book.name.removesuffix('s')}_changed"
    for one in changes:
        customer_id, detail = one.stored.customer_id, book.trail(one)
        audit.record(session, kind, around, customer_id=customer_id, detail=detail)
    if book is CUSTOMERS:
        conflicts.said(session, [one for row in changes for one in _said(row)], around)


def _said(change: Change) -> list[Said]:
    was, now = change.stored.values, change.row.values
    return [
        Said(change.stored.customer_id, name, _text(was[name]), _text(now[name]))
        for name in change.columns
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
