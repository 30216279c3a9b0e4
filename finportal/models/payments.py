"""Paying: attempts at a gateway, what it told, what was posted, and money a person must judge."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base
from finportal.models.ledger import EFFECTS

PURPOSES = ("instalment", "overdue", "payoff", "other", "extra_principal")
STATES = (
    "created",
    "sent",
    "pending",
    "unknown",
    "failed",
    "review",
    "approved",
    "rejected",
    "expired",
    "reversed",
)
CAUSES = ("start", "return", "notification", "poll", "staff")
VERDICTS = ("accepted", "refused", "ignored", "unmatched")
POSTING_KINDS = ("payment", "reversal")
OUTCOMES = ("posted", "returned", "dismissed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class PaymentAttempt(Base):
    """One attempt to pay through a gateway; its row is locked by whoever moves it.

    Amounts in centavos. `reference` is what the gateway and the customer call it, 80 random bits
    of it, so that it cannot be guessed. `form_key` makes a form that is sent twice one attempt.
    `customer_id` is who was signed in; None for a payment without signing in. `quote`: canonical
    JSON of what the page showed, true on `quoted_on`. `problem`: what an operator should know.
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        UniqueConstraint("loan_id", "form_key"),
        Index(None, "customer_id"),
        Index(None, "next_poll_at"),
        Index(None, "gateway", "external_id"),
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint(_one_of("effect", EFFECTS), name="effect"),
        CheckConstraint("(purpose = 'extra_principal') = (effect IS NOT NULL)", name="extra"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(reference) BETWEEN 1 AND 32", name="reference"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    form_key: Mapped[str]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    purpose: Mapped[str]
    effect: Mapped[str | None]
    amount: Mapped[int]
    quote: Mapped[str]
    quoted_on: Mapped[date]
    gateway: Mapped[str]
    external_id: Mapped[str | None]
    go_to: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str]
    problem: Mapped[str | None]
    authorisation: Mapped[str]
    paid: Mapped[int]
    value_date: Mapped[date | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    next_poll_at: Mapped[datetime | None]
    polls: Mapped[int]


class AttemptMove(Base):
    """A change of an attempt's state and what caused it; rows are only ever added."""

    __tablename__ = "attempt_moves"
    __table_args__ = (
        Index(None, "attempt_id"),
        CheckConstraint(_one_of("cause", CAUSES), name="cause"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempts.id"))
    left: Mapped[str | None]
    entered: Mapped[str]
    cause: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class GatewayNotification(Base):
    """A notification as it arrived, before anybody judged it; rows are only ever added.

    `digest`: SHA-256 (hex) of the gateway's name, the headers that count and the body. `headers`
    is JSON of those that the gateway signs with.
    """

    __tablename__ = "gateway_notifications"
    __table_args__ = (Index(None, "received_at"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    gateway: Mapped[str]
    headers: Mapped[str]
    body: Mapped[bytes]
    network: Mapped[str]
    received_at: Mapped[datetime]


class NotificationVerdict(Base):
    """What a notification was found to be; rows are only ever added."""

    __tablename__ = "notification_verdicts"
    __table_args__ = (
        CheckConstraint(_one_of("verdict", VERDICTS), name="verdict"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(
        ForeignKey("gateway_notifications.id"), unique=True
    )
    verdict: Mapped[str]
    reason: Mapped[str]
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempts.id"))
    judged_at: Mapped[datetime]


class Posting(Base):
    """Money that entered a credit, or left it again; (source, source_key) is posted once for ever.

    `amount` in centavos, always above zero; a reversal's is that of the posting it takes back.
    """

    __tablename__ = "postings"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index(None, "loan_id", "value_date"),
        Index(None, "attempt_id"),
        CheckConstraint(_one_of("kind", POSTING_KINDS), name="kind"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("amount > 0", name="amount"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_key: Mapped[str]
    kind: Mapped[str]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("loan_events.id"), unique=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempts.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"), unique=True)
    amount: Mapped[int]
    channel: Mapped[str]
    authorisation: Mapped[str]
    value_date: Mapped[date]
    reason: Mapped[str]
    posted_at: Mapped[datetime]


class HeldPayment(Base):
    """Money that a gateway reports and nobody may post blindly; rows are only ever added.

    `amount` in centavos of `currency`. `reason` says what does not fit; `reference` is the one
    that came with it.
    """

    __tablename__ = "held_payments"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index(None, "attempt_id"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_key: Mapped[str]
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempts.id"))
    reason: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    channel: Mapped[str]
    authorisation: Mapped[str]
    value_date: Mapped[date | None]
    held_at: Mapped[datetime]


class HeldResolution(Base):
    """How a person settled held money; rows are only ever added."""

    __tablename__ = "held_resolutions"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    held_id: Mapped[int] = mapped_column(ForeignKey("held_payments.id"), unique=True)
    outcome: Mapped[str]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    by: Mapped[str]
    note: Mapped[str]
    settled_at: Mapped[datetime]
