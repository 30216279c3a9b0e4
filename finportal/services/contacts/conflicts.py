"""Where the lender's file is behind what a customer changed: found, kept, and ended by the file."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from finportal.models import Customer
from finportal.models.contacts import FILE, NOT_PROVEN, UNDONE
from finportal.services.contacts.fields import CHANGES, FIELDS, marked
from finportal.services.contacts.history import lender_said, value_after
from finportal.services.visits import Surroundings


@dataclass(frozen=True, slots=True)
class Divergence:
    """A field that the portal knows otherwise than the lender's file, and since when."""

    value: str | None
    changed_at: datetime


Divergences = Mapping[int, Mapping[str, Divergence]]
"""By customer and field."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an accepted file said of a field: the value before, and the one it holds now."""

    customer_id: int
    field: str
    old: str | None
    new: str | None


_OF = (
    select(
        CHANGES.c.customer_id, CHANGES.c.field, CHANGES.c.old_value, CHANGES.c.new_value,
        CHANGES.c.source, CHANGES.c.changed_at, marked(UNDONE).label("undone"),
    )
    .where(CHANGES.c.customer_id.in_(bindparam("customers", expanding=True)))
    .order_by(CHANGES.c.id)
)  # fmt: skip
_LOCK = (
    select(Customer.id)
    .where(Customer.id.in_(bindparam("customers", expanding=True)))
    .order_by(Customer.id)
    .with_for_update()
)
_ADD = insert(CHANGES)


def diverging(
    session: Session, customer_ids: Collection[int], hold: Collection[int] = ()
) -> Divergences:
    """By customer and field, what the lender's file does not know yet: one query, two with `hold`.

    Nobody changes the customers of `hold` until the transaction ends.
    """
    if hold:
        session.execute(_LOCK, {"customers": sorted(hold)}).all()
    if not customer_ids:
        return {}
    history: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in session.execute(_OF, {"customers": list(customer_ids)}):
        history[row.customer_id, row.field].append(row)
    found: dict[int, dict[str, Divergence]] = defaultdict(dict)
    for (customer_id, field), rows in history.items():
        value = value_after(field, rows)
        if value != lender_said(field, rows):
            found[customer_id][field] = Divergence(value, rows[-1].changed_at)
    return dict(found)


def said(session: Session, what: Iterable[Said], around: Surroundings) -> None:
    """Keep what an accepted file changed, or that it now says what the portal already knew."""
    rows = [
        {
            "customer_id": one.customer_id, "field": one.field, "old_value": one.old,
            "new_value": one.new, "source": FILE, "proof": NOT_PROVEN,
            "changed_at": around.now, "network": around.network,
        }
        for one in what
        if one.field in FIELDS
    ]  # fmt: skip
    if rows:
        session.execute(_ADD, rows)
