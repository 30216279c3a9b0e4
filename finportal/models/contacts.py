"""Contact data that were changed, by whom, and what came of each change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

EMAIL, MOBILE, ADDRESS, CITY = "email", "mobile", "address", "city"
REGISTRATION, PORTAL, OPERATOR, FILE = "registration", "portal", "operator", "file"
BY_CODE, NOT_PROVEN = "code", "none"
UNDONE, CONFIRMED = "undone", "confirmed"


class ContactChange(Base):
    """A field of a customer took another value; rows are only ever added.

    `told`: the proven e-mail when it happened, which was told and can undo it until `undo_until`,
    unless staff made or confirmed it. `proof`: whether a code that went to the new value came back.
    `hold_until`: what it asked for as `Account.held_until`. From a file, a row with the same value
    twice says that the lender's file has it now, too.
    """

    __tablename__ = "contact_changes"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "changed_at"),
        CheckConstraint("field IN ('email', 'mobile', 'address', 'city')", name="field"),
        CheckConstraint("source IN ('registration', 'portal', 'operator', 'file')", name="source"),
        CheckConstraint("proof IN ('code', 'none')", name="proof"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    field: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    source: Mapped[str]
    proof: Mapped[str]
    told: Mapped[str | None]
    changed_at: Mapped[datetime]
    network: Mapped[str]
    undo_hash: Mapped[str | None] = mapped_column(unique=True)
    undo_until: Mapped[datetime | None]
    hold_until: Mapped[datetime | None]


class ContactMark(Base):
    """What became of a change: undone, or confirmed by staff."""

    __tablename__ = "contact_marks"
    __table_args__ = (
        UniqueConstraint("change_id", "mark"),
        Index(None, "at"),
        CheckConstraint("mark IN ('undone', 'confirmed')", name="mark"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("contact_changes.id"))
    mark: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
