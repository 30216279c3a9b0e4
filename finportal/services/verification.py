"""Whether the lists' copies are what the events say: every credit, or a random share of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.models import Loan, Projection
from finportal.services.ledger import Credit
from finportal.services.projections import LOANS_A_TRANSACTION, copy, locked

EVERY = 100


@dataclass(frozen=True, slots=True)
class Verified:
    """A credit replayed from zero, and the columns in which its copy differs: (copied, replayed).

    `refusal`: the engine refuses the credit, in its own words. `copied`: there was a copy.
    """

    loan_number: str
    copied: bool
    differs: dict[str, tuple[object, object]]
    refusal: str = ""

    @property
    def good(self) -> bool:
        """Nothing is wrong with this credit."""
        return not (self.differs or self.refusal)


_NEXT = (
    select(Loan.id).where(Loan.id > bindparam("after")).order_by(Loan.id).limit(LOANS_A_TRANSACTION)
)
_COPIES = select(*Projection.__table__.columns).where(
    Projection.loan_id.in_(bindparam("loan_ids", expanding=True))
)


def verify(db: Database, percent: int = EVERY, random: Random | None = None) -> Iterator[Verified]:
    """Replay credits and compare; with `percent` below 100, as many chosen by `random`.

    Streams: what it needs does not grow with the portfolio. A credit without a copy is replayed on
    the day it begins, so that one which the engine refuses is found.
    """
    chance = random or Random()  # noqa: S311
    after = 0
    while True:
        with db.read() as session:
            ids = session.scalars(_NEXT, {"after": after}).all()
        if not ids:
            return
        after = ids[-1]
        chosen = [one for one in ids if percent >= EVERY or chance.random() * EVERY < percent]
        if chosen:
            with db.write() as session:
                found = _verified(session, chosen)
            yield from found


def _verified(session: Session, loan_ids: Sequence[int]) -> list[Verified]:
    found = locked(session, loan_ids)
    rows = session.execute(_COPIES, {"loan_ids": loan_ids}).mappings()
    copies = {row["loan_id"]: dict(row) for row in rows}
    return [_compared(credit, copies.get(credit.loan_id)) for credit in found]


def _compared(credit: Credit, stored: dict[str, Any] | None) -> Verified:
    replayed = copy(credit, stored["as_of"] if stored else credit.contract.begins)
    differs = {
        name: (stored[name], value)
        for name, value in replayed.items()
        if stored and stored[name] != value
    }
    return Verified(credit.loan_number, stored is not None, differs, replayed["refusal"] or "")
