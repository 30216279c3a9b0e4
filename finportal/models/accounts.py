"""A customer's way in: the account, its known devices, open sessions and one-use links."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

PROVISIONAL, ACTIVE, SUSPENDED = "provisional", "active", "suspended"


class Account(Base):
    """What a registered customer signs in with; `email` is the address that was proven.

    `held_until`: until then it may see what is due and pay, and little else.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index(None, "email"),
        CheckConstraint("state IN ('provisional', 'active', 'suspended')", name="state"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), unique=True)
    email: Mapped[str]
    state: Mapped[str]
    locale: Mapped[str]
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    provisional_until: Mapped[datetime | None]
    provisional_tries: Mapped[int] = mapped_column(default=0)
    consecutive_failures: Mapped[int] = mapped_column(default=0)
    image: Mapped[str | None]
    phrase: Mapped[str | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]


class Device(Base):
    """A browser that proved the mailbox of its account; only hashes of its cookie are kept.

    All the cookies it was ever given begin alike (`family_hash`), so an old one is recognised.
    `network`: where it last signed in from.
    """

    __tablename__ = "devices"
    __table_args__ = (Index(None, "account_id"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    family_hash: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str]
    previous_hash: Mapped[str | None]
    rotated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    browser: Mapped[str]
    network: Mapped[str] = mapped_column(server_default="unknown")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Visit(Base):
    """An open session: how far its visitor has come, and the hash of its cookie.

    `customer_id`: who registers, while there is no account. `proven_at`: when the password was
    last given in it.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index(None, "account_id"),
        Index(None, "expires_at"),
        CheckConstraint(
            "stage IN ('email_given', 'image_confirmed', 'provisional', 'signed_in', "
            "'code_due', 'matched', 'code_sent', 'mail_proven')",
            name="stage",
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[str]
    email: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    network: Mapped[str]
    browser: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    previous_sign_in_at: Mapped[datetime | None]
    customer_id: Mapped[int | None]
    proven_at: Mapped[datetime | None]


class UnfinishedForm(Base):
    """What a known browser was doing when its session was over: the page, and what was typed.

    `fields`: how many were typed, 0 for a page alone. `led_at`: when signing in led back to it.
    """

    __tablename__ = "unfinished_forms"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    device_id: Mapped[int] = mapped_column(
        ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    fields: Mapped[int]
    sealed: Mapped[bytes]
    kept_at: Mapped[datetime]
    led_at: Mapped[datetime | None]


class RecoveryRequest(Base):
    """Someone asked to recover a password; the worker finds out whom to write to."""

    __tablename__ = "recovery_requests"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    typed_sealed: Mapped[bytes]
    asked_at: Mapped[datetime]


class RecoveryLink(Base):
    """A one-use link to choose a new password; only its hash is kept."""

    __tablename__ = "recovery_links"
    __table_args__ = (Index(None, "account_id"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
