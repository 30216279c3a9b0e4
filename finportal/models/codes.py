"""Codes that were mailed to prove an address."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

DEVICE, REGISTRATION, NEW_EMAIL, NEW_MOBILE = "device", "registration", "new_email", "new_mobile"


class MailedCode(Base):
    """A code that one open session was sent for one purpose; only its slow hash is kept.

    `address` is what the code proves: where it was sent. It ends with the session it belongs to.
    """

    __tablename__ = "mailed_codes"
    __table_args__ = (
        Index(None, "session_id", "purpose", unique=True),
        CheckConstraint(
            "purpose IN ('device', 'registration', 'new_email', 'new_mobile')", name="purpose"
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    address: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
