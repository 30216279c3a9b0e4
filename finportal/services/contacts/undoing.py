"""Undoing changes of contact data, from the address that was proven before them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, delete, literal, or_, select, update

from finportal.adapters.database import Database, Link
from finportal.adapters.secrets import LOCK, Vault, token_hash
from finportal.models import Account, Base, Customer
from finportal.models.accounts import PROVISIONAL, SUSPENDED
from finportal.models.contacts import (
    CONFIRMED,
    EMAIL,
    FILE,
    PORTAL,
    REGISTRATION,
    UNDONE,
)
from finportal.services import audit, devices, letters, outbox, recovery_links
from finportal.services.contacts import owners
from finportal.services.contacts.changing import mark
from finportal.services.contacts.fields import CHANGES, MARKS, marked, masked, sure
from finportal.services.contacts.history import value_after
from finportal.services.contacts.owners import Owner
from finportal.services.errors import AlreadyDone
from finportal.services.visits import Surroundings

OWN = (REGISTRATION, PORTAL)
"""Where changes come from that may not have been the customer's."""

BY_LINK = "link"


class Now(StrEnum):
    """What a link can still do."""

    OPEN = "open"
    UNDONE = "undone"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Item:
    """One change that the link undoes, or undid, with masked values.

    Of an e-mail `before` is the one that was proven, which the account goes back to.
    """

    field: str
    before: str
    after: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Undo:
    """What a link stands for: whether it may be used, until when, and what it undoes or undid.

    `earlier`: the fields whose changes before it stay; links of their own still undo them.
    """

    now: Now
    until: datetime
    items: tuple[Item, ...]
    earlier: tuple[str, ...]


_VISITS = Base.metadata.tables["sessions"]
_ALL = select(CHANGES, marked(UNDONE).label("undone"), sure().label("sure")).order_by(CHANGES.c.id)


def look(db: Database, token: str, around: Surroundings) -> Undo | None:
    """What this link would undo, or None when there is no such link; nothing changes."""
    with db.reading() as link:
        row = _of(link, token)
        if row is None:
            return None
        since = _with(link, row) if row.undone else _since(link, row)
        return _seen(link, row, since, around)


def undo(db: Database, vault: Vault, token: str, around: Surroundings) -> Undo | None:
    """Undo a change and all that was changed in the customer's name since; None: no such link.

    Values become what they would be without those changes: what staff said or confirmed, or the
    lender's file said, since stays; a change that staff made or confirmed is past undoing by link.
    The account's sessions, known browsers and links end, and nothing but recovering the password
    from its e-mail opens it again. A second time nothing more happens.
    """
    with db.write() as session:
        row = _of(session, token)
        if row is None:
            return None
        owners.locked(session, row.customer_id, around)
        row = _of(session, token) or row
        since = _with(session, row) if row.undone else _since(session, row)
        seen = _seen(session, row, since, around)
        if seen.now is Now.OPEN:
            _undo(session, vault, since, BY_LINK, around)
            return replace(seen, now=Now.UNDONE)
        return seen


def take_back(
    link: Link, vault: Vault, change_id: int, operator: str, around: Surroundings
) -> None:
    """Staff undoes a change as its link would, at any time.

    Raises LookupError for no such change, AlreadyDone when it was undone.
    """
    row = link.execute(_ALL.where(CHANGES.c.id == change_id)).one_or_none()
    if row is None:
        raise LookupError(change_id)
    owners.locked(link, row.customer_id, around)
    since = _since(link, row)
    if row.id not in {one.id for one in since}:
        raise AlreadyDone
    _undo(link, vault, since, operator, around)


def _of(link: Link, token: str) -> Row[Any] | None:
    return link.execute(_ALL.where(CHANGES.c.undo_hash == token_hash(token))).one_or_none()


def _since(link: Link, row: Row[Any]) -> Sequence[Row[Any]]:
    """The change and the unconfirmed ones in the customer's name after it, as far as they hold."""
    doubtful = or_(CHANGES.c.id == row.id, and_(CHANGES.c.source.in_(OWN), ~marked(CONFIRMED)))
    ours = (CHANGES.c.customer_id == row.customer_id, CHANGES.c.id >= row.id, ~marked(UNDONE))
    return link.execute(_ALL.where(*ours, doubtful)).all()


def _with(link: Link, row: Row[Any]) -> Sequence[Row[Any]]:
    """What was undone together with a change."""
    moment = select(MARKS.c.at).where(MARKS.c.change_id == row.id, MARKS.c.mark == UNDONE)
    together = select(MARKS.c.change_id).where(
        MARKS.c.mark == UNDONE, MARKS.c.at == moment.scalar_subquery()
    )
    ours = (CHANGES.c.customer_id == row.customer_id, CHANGES.c.id.in_(together))
    return link.execute(_ALL.where(*ours)).all()


def _earlier(link: Link, row: Row[Any], around: Surroundings) -> tuple[str, ...]:
    """The fields that were changed before it and can still be undone, each by its own link."""
    before = (CHANGES.c.customer_id == row.customer_id, CHANGES.c.id < row.id)
    open_still = (CHANGES.c.undo_until > around.now, ~marked(UNDONE), ~marked(CONFIRMED))
    found = link.execute(_ALL.where(*before, *open_still, CHANGES.c.source.in_(OWN))).all()
    return tuple(dict.fromkeys(one.field for one in found))


def _seen(link: Link, row: Row[Any], since: Iterable[Row[Any]], around: Surroundings) -> Undo:
    may = around.now < row.undo_until and not row.sure
    now = Now.UNDONE if row.undone else Now.OPEN if may else Now.OVER
    items = tuple(_item(one) for one in since)
    return Undo(now, row.undo_until, items, _earlier(link, row, around))


def _item(change: Row[Any]) -> Item:
    field = change.field
    before = change.told if field == EMAIL else change.old_value
    return Item(field, masked(field, before), masked(field, change.new_value), change.changed_at)


def _undo(
    link: Link,
    vault: Vault,
    undone: Sequence[Row[Any]],
    by: str,
    around: Surroundings,
) -> None:
    customer_id = undone[0].customer_id
    owner = owners.locked(link, customer_id, around)
    mark(link, [one.id for one in undone], UNDONE, by, around.now)
    history = link.execute(_ALL.where(CHANGES.c.customer_id == customer_id)).all()
    fields = dict.fromkeys(one.field for one in undone)
    values = {field: value_after(field, history) for field in fields}
    link.execute(update(Customer).where(Customer.id == customer_id).values(values))
    told = {one.told for one in undone}
    if owner.account_id:
        _close(link, owner, undone, _proven_email(owner, undone, history), around)
    _end_sessions(link, owner)
    gone = [one.new_value for one in undone if one.field == EMAIL]
    for address in dict.fromkeys([*told, *gone]):
        letter = letters.contact_undone(owner.addressee(address), around.now.isoformat())
        outbox.post(link, vault, letter, around.now, account_id=owner.account_id)
    audit.record(
        link, "contact_undone", around, account_id=owner.account_id, customer_id=customer_id,
        detail=f"{', '.join(str(one.id) for one in undone)} {by}",
    )  # fmt: skip


def _proven_email(owner: Owner, undone: Iterable[Row[Any]], history: Iterable[Any]) -> str | None:
    """The account's e-mail without what was undone; a file never changes it."""
    moves = [one for one in undone if one.field == EMAIL]
    if owner.account_email not in {one.new_value for one in moves}:
        return owner.account_email
    rows = [one for one in history if one.field == EMAIL and one.source != FILE]
    since = [one.new_value for one in rows if not one.undone and one.id > moves[0].id]
    email: str | None = since[-1] if since else moves[0].told
    return email


def _close(
    link: Link, owner: Owner, undone: Iterable[Any], email: str | None, around: Surroundings
) -> None:
    """Whoever made the changes may know the password: none opens the account until it is recovered.

    Recovering refuses that password as a new one, so its hash stays, locked. Who changed them
    while registering chose image and phrase, too.
    """
    hash_locked = literal(LOCK) + Account.password_hash
    values: dict[str, Any] = {"email": email, "held_until": None, "password_hash": hash_locked}
    if any(one.source == REGISTRATION for one in undone):
        values |= {"image": None, "phrase": None}
    account = (Account.id == owner.account_id, Account.state != SUSPENDED)
    closed = {"state": PROVISIONAL, "provisional_until": None}
    link.execute(update(Account).where(Account.id == owner.account_id).values(values))
    link.execute(update(Account).where(*account).values(closed))
    devices.forget_all(link, owner.account_id or 0, around)
    recovery_links.use_up(link, owner.account_id or 0, around)


def _end_sessions(link: Link, owner: Owner) -> None:
    """Also those that were registering; codes that wait for one go with it."""
    theirs = [_VISITS.c.customer_id == owner.customer_id]
    if owner.account_id:
        theirs.append(_VISITS.c.account_id == owner.account_id)
    link.execute(delete(_VISITS).where(or_(*theirs)))
