"""What a credit's figures are derived from, only ever added to; and a list's copy of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

EVENT_KINDS = (
    "payment",
    "prepayment",
    "reversal",
    "reclassification",
    "fee",
    "waiver",
    "refund",
    "insurance_change",
    "restructuring",
    "acceleration",
    "write_off",
)
CHANNELS = ("pse", "card", "cash", "bank", "other")
EFFECTS = ("reduce_term", "reduce_instalment")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class TermsVersion(Base):
    """A contract as it was accepted at a moment: its columns as canonical JSON; the last holds."""

    __tablename__ = "loan_terms"
    __table_args__ = (UniqueConstraint("loan_id", "version"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    version: Mapped[int]
    contract: Mapped[str]
    recorded_at: Mapped[datetime]


class LoanEvent(Base):
    """A fact about a credit; (source, external_id) makes it one of its kind.

    `value_date` is the day it counts from, `recorded_at` when the portal learnt of it; `amount` in
    centavos. `body` is the whole event in the engine's own JSON, for kinds that columns cannot say.
    """

    __tablename__ = "loan_events"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        UniqueConstraint("reverses_id"),
        Index(None, "loan_id"),
        CheckConstraint(_one_of("kind", EVENT_KINDS), name="kind"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint(_one_of("effect", EFFECTS), name="effect"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "kind NOT IN ('payment', 'prepayment') OR amount IS NOT NULL", name="content"
        ),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("(kind = 'prepayment') = (effect IS NOT NULL)", name="prepayment"),
        CheckConstraint(
            "(kind IN ('payment', 'prepayment', 'reversal')) = (body IS NULL)", name="body"
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    kind: Mapped[str]
    value_date: Mapped[date]
    amount: Mapped[int | None]
    channel: Mapped[str | None]
    effect: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("loan_events.id"))
    source: Mapped[str]
    external_id: Mapped[str]
    body: Mapped[str | None]
    recorded_at: Mapped[datetime]


class RateCap(Base):
    """A certificate of the highest rate; where two cover a day, the one recorded later holds.

    Rates are text, as typed.
    """

    __tablename__ = "certified_rates"
    __table_args__ = (Index(None, "valid_from"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    ibc_ea: Mapped[str]
    cap_ea: Mapped[str]
    recorded_at: Mapped[datetime]


class Projection(Base):
    """What a list shows of a credit, copied from its replay; amounts in centavos.

    Every figure is true from `as_of` to `holds_until`, while `certificates` are as many as there
    are and `engine_version` is the running one. `refusal`: the engine refuses the credit, in its
    own words, and there are no figures. Whoever adds a fact to a credit takes its row away in the
    same transaction, and the worker makes it anew.
    """

    __tablename__ = "loan_projections"
    __table_args__ = (
        Index(None, "holds_until"),
        Index(None, "oldest_due_date"),
        {"sqlite_strict": True},
    )

    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), primary_key=True)
    engine_version: Mapped[str]
    certificates: Mapped[int]
    as_of: Mapped[date]
    holds_until: Mapped[date]
    instalment: Mapped[int]
    next_due_date: Mapped[date | None]
    next_due_amount: Mapped[int]
    overdue: Mapped[int]
    oldest_due_date: Mapped[date | None]
    principal_left: Mapped[int]
    credit: Mapped[int]
    rows_paid: Mapped[int]
    rows_total: Mapped[int]
    ends_on: Mapped[date | None]
    refusal: Mapped[str | None]
