"""Banks' files that were kept, and whose load was cut off before every line was entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from finportal.adapters.database import Link
from finportal.models import BankFile, BankLine, HeldPayment, Posting

_POSTING = (Posting.source == BankLine.source) & (Posting.source_key == BankLine.key)
_HELD = (HeldPayment.source == BankLine.source) & (HeldPayment.source_key == BankLine.key)
_UNFINISHED = (
    select(BankFile.id, BankFile.sha256, BankFile.loaded_at, func.count(BankLine.id).label("lines"))
    .join(BankLine, BankLine.file_id == BankFile.id)
    .outerjoin(Posting, _POSTING)
    .outerjoin(HeldPayment, _HELD)
    .where(Posting.id.is_(None), HeldPayment.id.is_(None))
    .group_by(BankFile.id, BankFile.sha256, BankFile.loaded_at)
    .order_by(BankFile.id)
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file of which so many lines are neither posted nor kept for a person."""

    file_id: int
    sha256: str
    loaded_at: datetime
    lines: int

    def __str__(self) -> str:
        """What it is, for an operator."""
        return f"bank file {self.sha256}: {self.lines} lines are neither posted nor held"


def unfinished(link: Link) -> Sequence[Unfinished]:
    """The files whose load was cut off, or is under way, the oldest first."""
    rows = link.execute(_UNFINISHED).all()
    return [Unfinished(row.id, row.sha256, row.loaded_at, row.lines) for row in rows]
