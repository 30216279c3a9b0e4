"""E-mails and mobiles that were replaced a short while ago: who still hears, and what must wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, bindparam, select

from finportal.adapters.database import Link
from finportal.models.contacts import BY_CODE, EMAIL, FILE, MOBILE, UNDONE
from finportal.services.contacts.fields import CHANGES, marked, sure
from finportal.services.contacts.owners import Owner

UNDO_LASTS = timedelta(hours=72)
OLD_ADDRESS_HEARS = timedelta(days=7)
"""How long an e-mail that was replaced still gets notices."""

RECOVERY_WAITS = timedelta(hours=48)
"""How long a new e-mail must stand before it can recover the password."""

_ALL = (
    select(
        CHANGES.c.told, CHANGES.c.old_value, CHANGES.c.new_value, CHANGES.c.source,
        CHANGES.c.proof, CHANGES.c.changed_at, sure().label("sure"),
        marked(UNDONE).label("undone"),
    )
    .where(
        CHANGES.c.customer_id == bindparam("customer"),
        CHANGES.c.field == bindparam("field"),
    )
    .order_by(CHANGES.c.id)
)  # fmt: skip
_SINCE = _ALL.where(
    ~marked(UNDONE),
    CHANGES.c.source != FILE,
    CHANGES.c.changed_at > bindparam("since", type_=CHANGES.c.changed_at.type),
)


def former_addresses(
    link: Link, customer_id: int, now: datetime, within: timedelta = OLD_ADDRESS_HEARS
) -> list[str]:
    """The e-mails that were replaced a short while ago and still get notices, oldest first.

    None that staff replaced or whose replacing they confirmed: somebody else may hold that mailbox.
    """
    moves = _doubtful(link, customer_id, EMAIL, now - within)
    return list(dict.fromkeys(row.told for row in moves))


def recovers_from(link: Link, customer_id: int, now: datetime) -> datetime | None:
    """From when the e-mail may recover the password; None when it already may."""
    moves = _doubtful(link, customer_id, EMAIL, now - RECOVERY_WAITS)
    return moves[-1].changed_at + RECOVERY_WAITS if moves else None


def mobiles_told(link: Link, owner: Owner, now: datetime) -> list[str]:
    """The mobiles that hear of a change: the one in force, and those replaced as long as undoing.

    None that a customer typed and no code or person proved: it may be a stranger's.
    """
    moves = _doubtful(link, owner.customer_id, MOBILE, now - UNDO_LASTS)
    rows = link.execute(_ALL, {"customer": owner.customer_id, "field": MOBILE}).all()
    typed = _only_typed(rows)
    told = dict.fromkeys([owner.values[MOBILE], *(row.old_value for row in moves)])
    return [mobile for mobile in told if mobile and mobile not in typed]


def _only_typed(rows: Iterable[Row[Any]]) -> set[str | None]:
    """The values that nothing but typing speaks for, of changes in their order.

    What a change replaced was the lender's before anything was typed, though no row says so.
    """
    known: set[str | None] = set()
    typed: set[str | None] = set()
    for row in rows:
        if row.old_value not in typed:
            known.add(row.old_value)
        proven = row.sure or row.source == FILE or row.proof == BY_CODE
        (known if proven and not row.undone else typed).add(row.new_value)
    return typed - known


def _doubtful(link: Link, customer_id: int, field: str, since: datetime) -> list[Row[Any]]:
    """The changes of a field after the last that staff is sure of, oldest first."""
    values = {"customer": customer_id, "field": field, "since": since}
    moves = link.execute(_SINCE, values).all()
    return list(takewhile(lambda row: not row.sure, reversed(moves)))[::-1]
