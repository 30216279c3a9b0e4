"""Registering by code: what was accepted, what was asked, and what waits for a person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

OPEN, APPROVED, REJECTED = "open", "approved", "rejected"
RIGHT, WRONG = "right", "wrong"


class Enrolment(Base):
    """The text that who registers accepted, kept until there is an account; ends with the session.

    `case_id`: the case that staff approved, when its link began this.
    """

    __tablename__ = "enrolments"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    session_id: Mapped[int] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True
    )
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_texts.id"))
    accepted_at: Mapped[datetime]
    network: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class QuestionSet(Base):
    """The answers to choose from for one question about one credit: always the same ones.

    Other ones each time would tell the right answer: it is the one that comes again.
    """

    __tablename__ = "question_sets"
    __table_args__ = {"sqlite_strict": True}  # noqa: RUF012

    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    options: Mapped[str]
    made_at: Mapped[datetime]


class QuestionRound(Base):
    """Questions that were asked of a customer, sealed; erased when they are answered.

    After right answers the fingerprint of the e-mail that was typed with them is kept instead.

    `session_id` outlives its session here: rounds are counted by customer.
    """

    __tablename__ = "question_rounds"
    __table_args__ = (
        Index(None, "customer_id", "asked_at"),
        CheckConstraint("outcome IN ('right', 'wrong')", name="outcome"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    session_id: Mapped[int]
    asked_at: Mapped[datetime]
    sealed: Mapped[bytes | None]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class Case(Base):
    """A customer who asks to register with another e-mail than the lender holds.

    Approved, it has a link (only its hash is kept) that goes on with the registration.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "customer_id"),
        CheckConstraint("state IN ('open', 'approved', 'rejected')", name="state"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    new_email: Mapped[str]
    locale: Mapped[str]
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_texts.id"))
    accepted_at: Mapped[datetime]
    network: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
