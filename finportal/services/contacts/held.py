"""Changes of e-mail whose accounts are held: staff confirm or undo them before the hold ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Customer
from finportal.models.contacts import CONFIRMED, UNDONE
from finportal.services import identity
from finportal.services.contacts import changing, undoing
from finportal.services.contacts.fields import CHANGES, marked
from finportal.services.contacts.new_emails import NewEmail
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings


class UnknownChange(Refused):
    """There is no such change."""


@dataclass(frozen=True, slots=True)
class Waiting(NewEmail):
    """A change, and until when its account is held."""

    held_until: datetime


HELD, OVER = "held", "over"
_CHANGES = (
    select(
        CHANGES,
        Customer.name,
        Customer.id_type,
        Customer.id_number,
        (marked(CONFIRMED) | marked(UNDONE)).label("decided"),
    )
    .join(Customer, Customer.id == CHANGES.c.customer_id)
    .where(CHANGES.c.hold_until.is_not(None))
    .order_by(CHANGES.c.id)
)


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """The changes whose hold has not ended and that nobody decided, oldest first."""
    held = _CHANGES.where(CHANGES.c.hold_until > now, ~marked(CONFIRMED), ~marked(UNDONE))
    return [_told(row, now) for row in session.execute(held)]


def one(session: Session, change_id: int, now: datetime) -> Waiting:
    """One change that was held. Raises UnknownChange."""
    row = session.execute(_CHANGES.where(CHANGES.c.id == change_id)).one_or_none()
    if row is None:
        raise UnknownChange(f"there is no held change {change_id}")
    return _told(row, now)


def confirm(db: Database, _vault: Vault, change_id: int, by: str, around: Surroundings) -> None:
    """The customer made this change: the hold ends. Raises UnknownChange and AlreadyDone."""
    with db.write() as session:
        one(session, change_id, around.now)
        changing.confirm(session, change_id, by, around)


def undo(db: Database, vault: Vault, change_id: int, by: str, around: Surroundings) -> None:
    """The customer did not make this change. Raises UnknownChange and AlreadyDone."""
    with db.write() as session:
        one(session, change_id, around.now)
        undoing.take_back(session, vault, change_id, by, around)


def _told(row: Row[Any], now: datetime) -> Waiting:
    return Waiting(
        id=row.id,
        state=OVER if row.decided or row.hold_until <= now else HELD,
        opened_at=row.changed_at,
        name=row.name,
        id_type=row.id_type,
        id_number_masked=identity.masked(row.id_number),
        email_on_file=identity.masked_email(row.told or "@"),
        new_email=row.new_value or "",
        held_until=row.hold_until,
    )
