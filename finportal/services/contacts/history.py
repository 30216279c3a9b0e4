"""What the lender's file says of a customer's contact data, and what was changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link
from finportal.models.contacts import CONFIRMED, EMAIL, FILE, NOT_PROVEN, OPERATOR, UNDONE
from finportal.services.contacts.fields import CHANGES, FIELDS, PROVABLE, marked
from finportal.services.contacts.owners import Owner

_OF_CUSTOMER = (
    select(CHANGES, marked(UNDONE).label("undone"), marked(CONFIRMED).label("confirmed"))
    .where(CHANGES.c.customer_id == bindparam("customer"))
    .order_by(CHANGES.c.id)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the contact data as it stands.

    `lender`: what the lender's file says, where that differs. `to_confirm`: the account keeps the
    e-mail that was proven, and the lender has taken another one since. `changed_at`, `undo_until`:
    the last change, while it can be undone. `unproven`: nothing has shown yet that the new value is
    right.
    """

    field: str
    value: str | None
    lender: str | None
    differs: bool
    to_confirm: bool
    changed_at: datetime | None
    undo_until: datetime | None
    unproven: bool


def entries(link: Link, owner: Owner, now: datetime) -> list[Entry]:
    """Each of the contact data, in the order of `fields.FIELDS`."""
    rows = link.execute(_OF_CUSTOMER, {"customer": owner.customer_id}).all()
    return [_entry(field, owner, rows, now) for field in FIELDS]


def value_after(field: str, history: Iterable[Any]) -> str | None:
    """What a field holds after these changes, oldest first: the last that stands has the word."""
    rows = [one for one in history if one.field == field]
    standing = [one.new_value for one in rows if not one.undone and not is_echo(one)]
    value: str | None = standing[-1] if standing else rows[0].old_value
    return value


def lender_said(field: str, history: Iterable[Any]) -> str | None:
    """What the lender's file holds for a field that was changed: what it said last, or at first."""
    rows = [one for one in history if one.field == field]
    files = [one.new_value for one in rows if one.source == FILE]
    said: str | None = files[-1] if files else rows[0].old_value
    return said


def is_echo(change: Any) -> bool:
    """Whether a row changes nothing: the lender's file said what the portal already knew."""
    return bool(change.source == FILE and change.old_value == change.new_value)


def _entry(field: str, owner: Owner, history: Iterable[Any], now: datetime) -> Entry:
    rows = [one for one in history if one.field == field]
    value = owner.proven_email if field == EMAIL else owner.values[field]
    lender = lender_said(field, rows) if rows else owner.values[field]
    standing = [one for one in rows if not one.undone and one.source != FILE]
    last = standing[-1] if standing else None
    open_ = last is not None and not _sure(last) and now < last.undo_until
    return Entry(
        field=field,
        value=value,
        lender=lender,
        differs=lender != value,
        to_confirm=field == EMAIL and owner.moved,
        changed_at=last.changed_at if last and open_ else None,
        undo_until=last.undo_until if last and open_ else None,
        unproven=last is not None and lender != value and _unproven(last),
    )


def _unproven(change: Any) -> bool:
    return change.field in PROVABLE and change.proof == NOT_PROVEN and not _sure(change)


def _sure(change: Any) -> bool:
    """Whether staff is: then no link undoes it."""
    return bool(change.confirmed or change.source == OPERATOR)
