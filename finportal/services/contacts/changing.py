"""A customer's contact data: changed, with word to who was proven before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from finportal.adapters.database import Link
from finportal.adapters.secrets import Vault, new_token, token_hash
from finportal.models import Account, Base, Customer
from finportal.models.contacts import BY_CODE, CONFIRMED, EMAIL, NOT_PROVEN, OPERATOR, UNDONE
from finportal.services import audit, devices, recovery_links
from finportal.services.contacts import notices, owners
from finportal.services.contacts.fields import CHANGES, MARKS, PROVABLE, canonical, marked
from finportal.services.contacts.moves import UNDO_LASTS
from finportal.services.contacts.owners import Owner
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.visits import Surroundings


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
    owner = owners.locked(link, customer_id, around)
    held = _held(link, owner, now)
    if held and source != OPERATOR:
        raise Held(held)
    old = owner.values[field]
    if value == old and (field != EMAIL or value == owner.proven_email):
        raise Unchanged
    token = "" if source == OPERATOR else new_token()
    row: dict[str, Any] = {
        "customer_id": customer_id, "field": field, "old_value": old, "new_value": value,
        "source": source, "proof": BY_CODE if proven and field in PROVABLE else NOT_PROVEN,
        "told": owner.proven_email, "changed_at": now, "network": around.network,
        "undo_hash": token_hash(token) if token else None,
        "undo_until": now + UNDO_LASTS if token else None,
        "hold_until": now + hold if hold else None,
    }  # fmt: skip
    notices.tell(link, vault, owner, row, around, token=token)
    change_id = _make(link, owner, row, around, keep)
    return Changed(change_id, field, old, value, row["undo_until"], row["hold_until"])


def held_until(link: Link, customer_id: int, around: Surroundings) -> datetime | None:
    """Until when contact data may not be changed again; None when they may.

    Also before there is an account: whoever opens one holds it until then.
    """
    return _held(link, owners.found(link, customer_id, around), around.now)


def confirm(link: Link, change_id: int, operator: str, around: Surroundings) -> None:
    """Staff made sure that the customer made this change: its hold ends, and only staff undoes it.

    Raises LookupError for no such change, AlreadyDone when it was confirmed or undone.
    """
    found = select(CHANGES.c.customer_id).where(CHANGES.c.id == change_id)
    customer_id = link.execute(found).scalar_one_or_none()
    if customer_id is None:
        raise LookupError(change_id)
    owner = owners.locked(link, customer_id, around)
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


def _make(
    link: Link, owner: Owner, row: dict[str, Any], around: Surroundings, keep: int | None
) -> int:
    """Keep the change, and let customer and account follow it; the change's number."""
    customer_id, field = owner.customer_id, row["field"]
    change_id: int = link.execute(_ADD, row).scalar_one()
    now_is = {field: row["new_value"]}
    link.execute(update(Customer).where(Customer.id == customer_id).values(now_is))
    if owner.account_id:
        _change_account(link, owner.account_id, row, around, keep)
    audit.record(
        link, "contact_changed", around, account_id=owner.account_id, customer_id=customer_id,
        detail=f"{change_id} {field} {row['source']}",
    )  # fmt: skip
    return change_id


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
