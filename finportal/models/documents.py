"""Documents issued to customers: frozen facts that are only ever added, voided or replaced."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

DOCUMENT_KINDS = (
    "statement",
    "payoff",
    "balance",
    "history",
    "settlement",
    "tax",
    "lien_release",
    "coupon",
    "receipt",
)
VOID_REASONS = ("replaced", "reversed", "mistaken", "owing")
LIEN_STEPS = ("delivered", "registry", "transit")
MEDIA = ("mail", "portal")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class DocumentSeries(Base):
    """The last number given in a series; its row is locked by whoever takes the next."""

    __tablename__ = "document_series"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    series: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class IssuedDocument(Base):
    """A document as it was issued; rows are only ever added.

    `facts` is canonical JSON of everything the paper says; `digest` the SHA-256 of series, number,
    code and facts. `request_key` says which paper of its kind it is (a month, a year, a range);
    `edition` counts from 1 and grows by each correction. `event_id` is the payment of a receipt.
    """

    __tablename__ = "issued_documents"
    __table_args__ = (
        UniqueConstraint("series", "number"),
        UniqueConstraint("loan_id", "kind", "request_key", "edition"),
        Index(None, "customer_id"),
        Index(None, "event_id"),
        CheckConstraint(_one_of("kind", DOCUMENT_KINDS), name="kind"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    request_key: Mapped[str]
    edition: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("loan_events.id"))
    facts: Mapped[str]
    digest: Mapped[str]
    engine_version: Mapped[str]
    issued_at: Mapped[datetime]


class DocumentVoid(Base):
    """That a document no longer holds, since when and why; rows are only ever added."""

    __tablename__ = "document_voids"
    __table_args__ = (
        CheckConstraint(_one_of("reason", VOID_REASONS), name="reason"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"), unique=True)
    reason: Mapped[str]
    voided_at: Mapped[datetime]


class DocumentDrawing(Base):
    """The SHA-256 of a PDF that was handed out, so that its bytes can be recognised."""

    __tablename__ = "document_drawings"
    __table_args__ = (Index(None, "document_id"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"))
    locale: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    drawn_at: Mapped[datetime]


class LienStep(Base):
    """How far the release that a letter ordered has come, as the lender's team reports it."""

    __tablename__ = "lien_steps"
    __table_args__ = (
        UniqueConstraint("document_id", "step"),
        CheckConstraint(_one_of("step", LIEN_STEPS), name="step"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_documents.id"))
    step: Mapped[str]
    done_on: Mapped[date]
    note: Mapped[str]
    recorded_at: Mapped[datetime]


class DeliveryChoice(Base):
    """How a customer chose to be told of new statements; the last choice holds."""

    __tablename__ = "delivery_choices"
    __table_args__ = (
        Index(None, "customer_id"),
        CheckConstraint(_one_of("medium", MEDIA), name="medium"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    medium: Mapped[str]
    chosen_at: Mapped[datetime]
    network: Mapped[str]
