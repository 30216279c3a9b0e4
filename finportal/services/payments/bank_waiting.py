"""What waits of the banks' files: lines for a person, and cheques for their bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from finportal.adapters.bank_files.collection import Means
from finportal.models import BankLine, ChequeOutcome, HeldPayment, HeldResolution, Posting
from finportal.services import audit, projections
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.payments import bank_letters, holding, posting
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import AlreadyReversed, UnknownHeld, UnknownPosting
from finportal.services.payments.holding import Decision
from finportal.services.payments.posting import Posted
from finportal.services.payments.reversing import Why
from finportal.services.payments.unsure import CHEQUES, PAID
from finportal.services.visits import Surroundings

_KEPT = (HeldPayment.source == BankLine.source) & (HeldPayment.source_key == BankLine.key)
_HELD = (
    select(BankLine, HeldPayment.reason)
    .join(HeldPayment, _KEPT)
    .outerjoin(HeldResolution, HeldResolution.held_id == HeldPayment.id)
    .where(HeldResolution.id.is_(None))
    .order_by(BankLine.id)
)


class Cheque(StrEnum):
    """What a cheque did."""

    CLEARED = "cleared"
    BOUNCED = "bounced"


class NotACheque(Refused):
    """No cheque was posted under this key."""


class DecidedOtherwise(AlreadyDone):
    """This cheque cleared or bounced before, and not so."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line that waits, and why: reasons with blanks between them, "cheque" for a cheque."""

    line: BankLine
    reason: str


def waiting(session: Session) -> Sequence[Waiting]:
    """Lines that a person must settle, then cheques that may still bounce; the oldest first."""
    held = [Waiting(line, reason) for line, reason in session.execute(_HELD)]
    return [*held, *(Waiting(line, Means.CHEQUE.value) for line in session.scalars(CHEQUES))]


def settle(desk: Desk, key: str, decision: Decision, around: Surroundings) -> Posted | None:
    """Settle the held line of this key as `holding.settle` does, which says what it raises."""
    with desk.db.read() as session:
        query = select(HeldPayment.id).join(BankLine, _KEPT).where(BankLine.key == key)
        held_id = session.scalar(query)
    if held_id is None:
        raise UnknownHeld(key)
    return holding.settle(desk, held_id, decision, around)


def decide(desk: Desk, key: str, cheque: Cheque, by: str, around: Surroundings) -> bool:
    """Note what a posted cheque did; one that bounced is taken back. False if it was known.

    Raises UnknownPosting, NotACheque, DecidedOtherwise, AlreadyReversed, and what
    `lending.state_with` raises.
    """
    with desk.db.write() as session:
        line, paid = _posted_cheque(session, key)
        projections.lock(session, [paid.loan_id])
        query = select(ChequeOutcome.outcome).where(ChequeOutcome.line_id == line.id)
        known = session.scalar(query)
        if known == cheque:
            return False
        if known is not None:
            raise DecidedOtherwise(f"{key}: {known}")
        if posting.taken_back(session, paid):
            raise AlreadyReversed(key)
        if cheque is Cheque.BOUNCED:
            posting.take_back(session, paid, Why.BOUNCED.value, around)
            bank_letters.bounced(session, desk.vault, paid, around)
        values = {"line_id": line.id, "outcome": cheque.value, "by": by}
        session.execute(insert(ChequeOutcome).values(**values, decided_at=around.now))
        detail = f"{line.source}:{key}: by {by}"
        audit.record(session, f"cheque_{cheque}", around, detail=detail)
        return True


def _posted_cheque(session: Session, key: str) -> tuple[BankLine, Posting]:
    found = session.execute(
        select(BankLine, Posting).join(Posting, PAID).where(BankLine.key == key)
    ).one_or_none()
    if found is None:
        raise UnknownPosting(key)
    if found.BankLine.means != Means.CHEQUE:
        raise NotACheque(key)
    return found.BankLine, found.Posting
