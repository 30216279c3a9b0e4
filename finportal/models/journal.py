"""The journal: double entry of the money that credits took in; rows are only ever added."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

ENTRY_KINDS = ("payment", "reversal", "difference", "held", "released")


class JournalEntry(Base):
    """An entry; its lines add up to zero.

    `as_of`, `events` and `basis` say from what the credit's figures were replayed: the day, the
    last event known, and a digest of contract, certificates and engine. None for held money.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index(None, "loan_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in ENTRY_KINDS)})", name="kind"),
        CheckConstraint(
            "(kind IN ('payment', 'reversal')) = (posting_id IS NOT NULL)", name="posting"
        ),
        CheckConstraint("(kind IN ('held', 'released')) = (held_id IS NOT NULL)", name="held"),
        CheckConstraint("(held_id IS NULL) = (loan_id IS NOT NULL)", name="loan"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"), unique=True)
    held_id: Mapped[int | None] = mapped_column(ForeignKey("held_payments.id"))
    as_of: Mapped[date | None]
    events: Mapped[int | None]
    basis: Mapped[str | None]
    recorded_at: Mapped[datetime]


class JournalLine(Base):
    """A line of an entry: centavos, a debit above zero and a credit below."""

    __tablename__ = "journal_lines"
    __table_args__ = (
        Index(None, "entry_id"),
        Index(None, "account"),
        CheckConstraint("amount <> 0", name="amount"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entries.id"))
    account: Mapped[str]
    amount: Mapped[int]
