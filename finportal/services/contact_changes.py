"""A customer's contact data: changed, with word to the address that was proven before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update

from finportal.adapters.database import Link
from finportal.adapters.secrets import Vault, new_token, token_hash
from finportal.models import Account, Base, Customer
from finportal.models.contacts import (
    BY_CODE,
    CONFIRMED,
    EMAIL,
    FILE,
    NOT_PROVEN,
    OPERATOR,
    UNDONE,
)
from finportal.services import audit, contact_owner, devices, letters, outbox, recovery_links
from finportal.services.contact_fields import CHANGES, MARKS, PROVABLE, canonical, marked, masked
from finportal.services.contact_owner import Owner
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.visits import Surroundings

UNDO_LASTS = timedelta(hours=72)
OLD_ADDRESS_HEARS = timedelta(days=7)
"""How long an e-mail that was replaced still gets notices."""

RECOVERY_WAITS = timedelta(hours=48)
"""How long a new e-mail must stand before it can recover the password."""


class Unchanged(Refused):
    """The new value is the one that is stored."""


class Held(Refused):
    """The account waits for its owner to object: nothing may be changed before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made: its row, both values, until when its link undoes it and it holds."""

    id: int
    field: str
    old: str | None
    new: str
    undo_until: datetime | None
    held_until: datetime | None


_VISITS = Base.metadata.tables["sessions"]
_HERE = (
    update(_VISITS)
    .where(_VISITS.c.id == bindparam("visit"))
    .values(email=bindparam("email"))
    .returning(_VISITS.c.device_id)
)
_THIS = CHANGES.c.customer_id == bindparam("customer")
_ADD = insert(CHANGES).returning(CHANGES.c.id)
_MARK = insert(MARKS)
_HOLD = select(func.max(CHANGES.c.hold_until)).where(_THIS, ~marked(UNDONE), ~marked(CONFIRMED))
_MOVES = (
    select(
        CHANGES.c.told,
        CHANGES.c.changed_at,
        or_(CHANGES.c.source == OPERATOR, marked(CONFIRMED)).label("sure"),
    )
    .where(
        _THIS,
        CHANGES.c.field == EMAIL,
        CHANGES.c.source != FILE,
        CHANGES.c.changed_at > bindparam("since", type_=CHANGES.c.changed_at.type),
        ~marked(UNDONE),
    )
    .order_by(CHANGES.c.id)
)


def change(
    link: Link,
    vault: Vault,
    customer_id: int,
    field: str,
    new: str,
    *,
    source: str,
    around: Surroundings,
    hold: timedelta | None = None,
    proven: bool = True,
    keep: int | None = None,
) -> Changed:
    """Change one of the contact data in the caller's transaction and tell the proven address.

    `source`: registration, portal or operator (`models.contacts`). `proven`: the new e-mail or
    mobile answered a code. Staff made sure of theirs, so no link undoes it. With `hold` the account
    is held for so long. When e-mail or mobile change, every session of the account ends but `keep`
    (its id), and no recovery link stays good; with another e-mail no known browser but that
    session's, either. Raises NotIdentity, Unchanged, and Held unless staff does it.
    """
    value, now = canonical(field, new), around.now
    owner = contact_owner.locked(link, customer_id, around)
    held = _held(link, owner, now)
    if held and source != OPERATOR:
        raise Held(held)
    old, told = owner.values[field], owner.proven_email
    token = "" if source == OPERATOR else new_token()
    if value == old and (field != EMAIL or value == told):
        raise Unchanged
    row: dict[str, Any] = {
        "customer_id": customer_id, "field": field, "old_value": old, "new_value": value,
        "source": source, "proof": BY_CODE if proven and field in PROVABLE else NOT_PROVEN,
        "told": told, "changed_at": now, "network": around.network,
        "undo_hash": token_hash(token) if token else None,
        "undo_until": now + UNDO_LASTS if token else None,
        "hold_until": now + hold if hold else None,
    }  # fmt: skip
    _tell(link, vault, owner, row, token)
    change_id: int = link.execute(_ADD, row).scalar_one()
    link.execute(update(Customer).where(Customer.id == customer_id).values({field: value}))
    if owner.account_id:
        _change_account(link, owner.account_id, row, around, keep)
    audit.record(
        link, "contact_changed", around, account_id=owner.account_id, customer_id=customer_id,
        detail=f"{change_id} {field} {source}",
    )  # fmt: skip
    return Changed(change_id, field, old, value, row["undo_until"], row["hold_until"])


def held_until(link: Link, customer_id: int, around: Surroundings) -> datetime | None:
    """Until when contact data may not be changed again; None when they may.

    Also before there is an account: whoever opens one holds it until then.
    """
    return _held(link, contact_owner.found(link, customer_id, around), around.now)


def former_addresses(
    link: Link, customer_id: int, now: datetime, within: timedelta = OLD_ADDRESS_HEARS
) -> list[str]:
    """The e-mails that were replaced a short while ago and still get notices, oldest first.

    None that staff replaced or whose replacing they confirmed: somebody else may hold that mailbox.
    """
    return list(dict.fromkeys(row.told for row in _doubtful_moves(link, customer_id, now - within)))


def recovers_from(link: Link, customer_id: int, now: datetime) -> datetime | None:
    """From when the e-mail may recover the password; None when it already may."""
    moves = _doubtful_moves(link, customer_id, now - RECOVERY_WAITS)
    return moves[-1].changed_at + RECOVERY_WAITS if moves else None


def confirm(link: Link, change_id: int, operator: str, around: Surroundings) -> None:
    """Staff made sure that the customer made this change: its hold ends, and only staff undoes it.

    Raises LookupError for no such change, AlreadyDone when it was confirmed or undone.
    """
    found = select(CHANGES.c.customer_id).where(CHANGES.c.id == change_id)
    customer_id = link.execute(found).scalar_one_or_none()
    if customer_id is None:
        raise LookupError(change_id)
    owner = contact_owner.locked(link, customer_id, around)
    over = select(CHANGES.c.id).where(CHANGES.c.id == change_id, marked(CONFIRMED) | marked(UNDONE))
    if link.execute(over).first():
        raise AlreadyDone
    mark(link, [change_id], CONFIRMED, operator, around.now)
    still = link.execute(_HOLD, {"customer": customer_id}).scalar_one()
    link.execute(update(Account).where(Account.customer_id == customer_id).values(held_until=still))
    audit.record(
        link, "contact_confirmed", around, account_id=owner.account_id, customer_id=customer_id,
        detail=f"{change_id} {operator}",
    )  # fmt: skip


def mark(link: Link, change_ids: list[int], what: str, by: str, now: datetime) -> None:
    """Say what became of changes: undone or confirmed, once each."""
    rows = [{"change_id": one, "mark": what, "by": by, "at": now} for one in change_ids]
    if rows:
        link.execute(_MARK, rows)


def _doubtful_moves(link: Link, customer_id: int, since: datetime) -> list[Row[Any]]:
    """The changes of e-mail after the last that staff is sure of, oldest first."""
    moves = link.execute(_MOVES, {"customer": customer_id, "since": since}).all()
    return list(takewhile(lambda row: not row.sure, reversed(moves)))[::-1]


def _held(link: Link, owner: Owner, now: datetime) -> datetime | None:
    asked = link.execute(_HOLD, {"customer": owner.customer_id}).scalar_one()
    ends = (owner.held_until, asked)
    return max((end for end in ends if end and end > now), default=None)


def _change_account(
    link: Link, account_id: int, row: dict[str, Any], around: Surroundings, keep: int | None
) -> None:
    """The account follows: its e-mail, its hold, and who is still signed in."""
    values = {"held_until": row["hold_until"]} if row["hold_until"] else {}
    if row["field"] == EMAIL:
        values["email"] = row["new_value"]
        here = link.execute(_HERE, {"visit": keep, "email": row["new_value"]}).scalar_one_or_none()
        devices.forget_all(link, account_id, around, keep=here)
    if values:
        link.execute(update(Account).where(Account.id == account_id).values(values))
    if row["field"] in PROVABLE:
        others = _VISITS.c.id != (keep or 0)
        link.execute(delete(_VISITS).where(_VISITS.c.account_id == account_id, others))
        recovery_links.use_up(link, account_id, around)


def _tell(link: Link, vault: Vault, owner: Owner, row: dict[str, Any], token: str) -> None:
    """Who was proven hears, with the undo link if there is one; who is new hears without."""
    now, field, told = row["changed_at"], row["field"], row["told"]
    may_undo = {told, *former_addresses(link, owner.customer_id, now, UNDO_LASTS)}
    written = [
        letters.contact_changed(
            owner.addressee(address), field, masked(field, row["new_value"]), now.isoformat(),
            token if address in may_undo else "",
        )
        for address in dict.fromkeys([told, *former_addresses(link, owner.customer_id, now)])
    ]  # fmt: skip
    if field == EMAIL:
        written.append(letters.email_is_new(owner.addressee(row["new_value"]), now.isoformat()))
    for letter in written:
        outbox.post(link, vault, letter, now, account_id=owner.account_id)
