"""What changed in customers' contact data, for the lender's own system to learn."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, or_, select

from finportal.adapters.database import Link
from finportal.models import Customer
from finportal.models.contacts import BY_CODE, CONFIRMED, FILE, UNDONE
from finportal.services.contacts.fields import CHANGES, MARKS
from finportal.services.contacts.history import lender_said, value_after


@dataclass(frozen=True, slots=True)
class Line:
    """One change as the export tells it; times in UTC.

    `file_value`: what the lender's file holds. `in_force`: whether the portal's value is this one.
    """

    change: int
    changed_at: datetime
    id_type: str
    id_number: str
    field: str
    file_value: str | None
    old_value: str | None
    new_value: str | None
    source: str
    proven: bool
    confirmed_at: datetime | None
    undone_at: datetime | None
    in_force: bool


def lines(link: Link, since: datetime, until: datetime) -> list[Line]:
    """The changes made, confirmed or undone in a span of time, oldest first, but no files'."""
    told = [
        line
        for _, rows in groupby(_history(link, since, until), lambda row: row.customer_id)
        for line in _of_customer(list(rows), _Span(since, until))
    ]
    return sorted(told, key=lambda line: line.change)


@dataclass(frozen=True, slots=True)
class _Span:
    since: datetime
    until: datetime

    def holds(self, *moments: datetime | None) -> bool:
        return any(one is not None and self.since <= one < self.until for one in moments)


def _history(link: Link, since: datetime, until: datetime) -> Sequence[Any]:
    """Every change of the customers for whom something happened in the span."""
    marks = {
        name: select(MARKS.c.change_id, MARKS.c.at).where(MARKS.c.mark == name).subquery()
        for name in (UNDONE, CONFIRMED)
    }
    undone, confirmed = marks[UNDONE].c, marks[CONFIRMED].c
    moved = or_(
        *(
            and_(moment >= since, moment < until)
            for moment in (CHANGES.c.changed_at, undone.at, confirmed.at)
        )
    )
    joined = CHANGES.outerjoin(marks[UNDONE], undone.change_id == CHANGES.c.id).outerjoin(
        marks[CONFIRMED], confirmed.change_id == CHANGES.c.id
    )
    concerned = select(CHANGES.c.customer_id).select_from(joined).where(moved)
    query = (
        select(
            CHANGES, Customer.id_type, Customer.id_number,
            undone.at.label("undone_at"), undone.at.is_not(None).label("undone"),
            confirmed.at.label("confirmed_at"),
        )
        .select_from(joined.join(Customer, Customer.id == CHANGES.c.customer_id))
        .where(CHANGES.c.customer_id.in_(concerned))
        .order_by(CHANGES.c.customer_id, CHANGES.c.id)
    )  # fmt: skip
    return link.execute(query).all()


def _of_customer(rows: Sequence[Any], span: _Span) -> Iterator[Line]:
    by_field: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_field[row.field].append(row)
    for row in rows:
        if row.source != FILE and span.holds(row.changed_at, row.undone_at, row.confirmed_at):
            history = by_field[row.field]
            yield Line(
                row.id, row.changed_at, row.id_type, row.id_number, row.field,
                lender_said(row.field, history), row.old_value, row.new_value, row.source,
                row.proof == BY_CODE, row.confirmed_at, row.undone_at,
                in_force=not row.undone and value_after(row.field, history) == row.new_value,
            )  # fmt: skip
