"""What banks sent: their files byte for byte, each line as it was judged, and what cheques did."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

BANK_VERDICTS = ("matched", "to_clear", "doubled", "suspect", "unknown", "returned")
CHEQUE_OUTCOMES = ("cleared", "bounced")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class BankFile(Base):
    """A bank's file as it came; rows are only ever added. `sha256` of `raw` in hex."""

    __tablename__ = "bank_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    profile: Mapped[str]
    raw: Mapped[bytes]
    loaded_at: Mapped[datetime]


class RefusedBankFile(Base):
    """A file that was refused as a whole; rows are only ever added. Nothing of it is a payment.

    `error` names what is wrong, `reason` says where. `name` is the file's, `size` in bytes. `raw`
    is empty unless the file begins as a bank's: it may be any file, named by mistake.
    """

    __tablename__ = "refused_bank_files"
    __table_args__ = (UniqueConstraint("sha256", "profile"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    profile: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    raw: Mapped[bytes]
    error: Mapped[str]
    reason: Mapped[str]
    refused_at: Mapped[datetime]


class RefusedFileDismissal(Base):
    """That a refused file waits no more, and who says so; rows are only ever added."""

    __tablename__ = "refused_file_dismissals"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("refused_bank_files.id"), unique=True)
    by: Mapped[str]
    dismissed_at: Mapped[datetime]


class BankLine(Base):
    """A payment of a bank's file and how it was judged; rows are only ever added.

    `amount` in centavos. `(source, key)` is what the line is posted or held under: `line_key`, and
    a mark of the file behind it if another file had that key before. `likeness`: the same for lines
    that may be one payment. `reasons`: words with blanks between them.
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        UniqueConstraint("file_id", "line"),
        Index(None, "line_key"),
        Index(None, "likeness"),
        Index(None, "value_date"),
        CheckConstraint(_one_of("verdict", BANK_VERDICTS), name="verdict"),
        CheckConstraint("amount >= 0", name="amount"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_files.id"))
    line: Mapped[int]
    source: Mapped[str]
    key: Mapped[str]
    line_key: Mapped[str]
    likeness: Mapped[str]
    reference: Mapped[str]
    amount: Mapped[int]
    value_date: Mapped[date]
    channel: Mapped[str]
    means: Mapped[str]
    authorisation: Mapped[str]
    verdict: Mapped[str]
    reasons: Mapped[str]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"))


class ChequeOutcome(Base):
    """What a cheque did after it was posted; rows are only ever added."""

    __tablename__ = "cheque_outcomes"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", CHEQUE_OUTCOMES), name="outcome"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_lines.id"), unique=True)
    outcome: Mapped[str]
    by: Mapped[str]
    decided_at: Mapped[datetime]
