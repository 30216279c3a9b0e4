"""The outbox: letters written in the same transaction as the fact they tell of."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

WAITING, SENT, FAILED, EXPIRED = "waiting", "sent", "failed", "expired"


class OutboxMail(Base):
    """A letter to one recipient; its values are encrypted, and erased once the server took it.

    `document_id`: the document it tells of. Such a row is the proof of delivery and is kept.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "document_id"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'expired')", name="state"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    document_id: Mapped[int | None]
    locale: Mapped[str]
    values_sealed: Mapped[bytes | None]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
