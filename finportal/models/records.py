"""What must be provable later: consents, what happened and to whom, and who could not get in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

SERVICING, COMMERCIAL = "servicing", "commercial"
"""What data are used for: the credit and its account; offers, which nobody need accept."""


class ConsentText(Base):
    """A version of a text that customers accept, word for word; `purpose` is what it allows."""

    __tablename__ = "consent_texts"
    __table_args__ = (
        CheckConstraint("purpose IN ('servicing', 'commercial')", name="purpose"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    locale: Mapped[str]
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    first_used_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(default=SERVICING, server_default=SERVICING)


class Consent(Base):
    """Who accepted which text, when and from which network (Ley 1581 de 2012, art. 9)."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "customer_id"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_texts.id"))
    accepted_at: Mapped[datetime]
    network: Mapped[str]


class ConsentWithdrawal(Base):
    """That a consent was taken back, when and from which network; rows are only ever added."""

    __tablename__ = "consent_withdrawals"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"), unique=True)
    withdrawn_at: Mapped[datetime]
    network: Mapped[str]


class AuditEvent(Base):
    """Something that matters happened; rows are only ever added (triggers refuse the rest)."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "account_id"), Index(None, "kind", "at"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    network: Mapped[str]
    detail: Mapped[str]


class AuditWaiting(Base):
    """A row of the trail that waits for its seal; a trigger adds it with the row itself."""

    __tablename__ = "audit_waiting"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class AuditSeal(Base):
    """A row's place in the chain: `digest` covers the row, this place and the seal before it.

    `id` counts 1, 2, 3 … without a gap.
    """

    __tablename__ = "audit_seals"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]


class Mismatch(Base):
    """A registration whose data did not match, for staff to help; the typed values stay masked."""

    __tablename__ = "registration_mismatches"
    __table_args__ = (Index(None, "at"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    id_type: Mapped[str]
    id_number_masked: Mapped[str]
    email_masked: Mapped[str]
    mobile_masked: Mapped[str]
    network: Mapped[str]
    handled_at: Mapped[datetime | None]


class Bucket(Base):
    """How often a limited thing was done since its window began."""

    __tablename__ = "throttle_buckets"
    __table_args__ = (Index(None, "expires_at"), {"sqlite_strict": True})

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]
