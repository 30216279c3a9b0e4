"""Whether the lists' copies are what the events say: every credit, or a random share of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.database import Database, Link
from finportal.lending import ENGINE_VERSION
from finportal.models import Loan, Projection
from finportal.services import ledger, projections
from finportal.services.ledger import Credit
from finportal.services.projections import LOANS_A_ROUND

EVERY = 100


@dataclass(frozen=True, slots=True)
class Verified:
    """A credit replayed from zero, and the columns in which its copy differs: (copied, replayed).

    `refusal`: the engine refuses the credit, in its own words. `copied`: there was a copy.
    """

    loan_id: int
    loan_number: str
    copied: bool
    differs: dict[str, tuple[object, object]]
    refusal: str = ""

    @property
    def good(self) -> bool:
        """Nothing is wrong with this credit."""
        return not (self.differs or self.refusal)


_NEXT = select(Loan.id).where(Loan.id > bindparam("after")).order_by(Loan.id).limit(LOANS_A_ROUND)
_CREDITS = ledger.credits_where(Loan.id.in_(bindparam("loan_ids", expanding=True)))
_COPIES = select(*Projection.__table__.columns).where(
    Projection.loan_id.in_(bindparam("loan_ids", expanding=True)),
    Projection.engine_version == ENGINE_VERSION,
    Projection.certificates == ledger.certificates,
)


def verify(
    db: Database, today: date, percent: int = EVERY, random: Random | None = None
) -> Iterator[Verified]:
    """Replay credits and compare; with `percent` below 100, as many chosen by `random`.

    Streams: what it needs does not grow with the portfolio. Nobody waits for it: only what seems
    to differ is looked at again under a lock. A credit without a copy that counts is replayed too,
    on `today`, so that one which the engine refuses is found.
    """
    chance = random or Random()  # noqa: S311
    after = 0
    while True:
        with db.reading() as link:
            ids = [row.id for row in link.execute(_NEXT, {"after": after})]
            chosen = [one for one in ids if percent >= EVERY or chance.random() * EVERY < percent]
            found = _verified(link, chosen, today)
        if not ids:
            return
        after = ids[-1]
        yield from (one if one.good else _again(db, one, today) for one in found)


def _again(db: Database, doubtful: Verified, today: date) -> Verified:
    """The same credit while nobody can add to it."""
    with db.write() as session:
        projections.lock(session, [doubtful.loan_id])
        return _verified(session, [doubtful.loan_id], today)[0]


def _verified(link: Link, loan_ids: Sequence[int], today: date) -> list[Verified]:
    if not loan_ids:
        return []
    values = {"loan_ids": loan_ids}
    copies = {row["loan_id"]: dict(row) for row in link.execute(_COPIES, values).mappings()}
    found = ledger.read(link, link.execute(_CREDITS, values))
    return [_compared(credit, copies.get(credit.loan_id), today) for credit in found]


def _compared(credit: Credit, stored: dict[str, Any] | None, today: date) -> Verified:
    replayed = projections.copy(credit, stored["as_of"] if stored else today)
    differs = {
        name: (stored[name], value)
        for name, value in replayed.items()
        if stored and stored[name] != value
    }
    refusal = replayed["refusal"] or ""
    return Verified(credit.loan_id, credit.loan_number, stored is not None, differs, refusal)
