"""Copies of everything held about a customer, asked for by the customer and kept for a day."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

ASKED, READY, EXPIRED, FAILED = "asked", "ready", "expired", "failed"


class Takeout(Base):
    """A copy that was asked for; its file is named `name` while it is ready, and then erased.

    `expires_at`: when a ready one is erased. `size` in bytes, `sha256` of the file in hex.
    """

    __tablename__ = "takeouts"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "state"),
        CheckConstraint("state IN ('asked', 'ready', 'expired', 'failed')", name="state"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    network: Mapped[str]
    leased_until: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
