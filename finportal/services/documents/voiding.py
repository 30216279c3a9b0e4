"""Papers that stop holding: what they relied on was reversed, is owed again, or never was."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.lending import State
from finportal.models import DocumentVoid, IssuedDocument
from finportal.services import audit, projections
from finportal.services.days import bogota_day
from finportal.services.documents import shelf
from finportal.services.documents.lines import owed
from finportal.services.documents.shelf import Issued, Void, numbered
from finportal.services.documents.writing import neighbours
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings

REPLACED, REVERSED, MISTAKEN, OWING = "replaced", "reversed", "mistaken", "owing"
SETTLED = ("settlement", "lien_release")
"""What says that a credit was paid: a paz y salvo, and the order to lift its lien."""
RELYING = (*SETTLED, "payoff", "coupon")
"""What says how much of a credit is left to pay, nothing or more."""
IN_A_STATEMENT = 1_000

_ANY = select(exists(select(IssuedDocument.id)))
_HOLDING = (
    select(
        IssuedDocument.id,
        IssuedDocument.series,
        IssuedDocument.number,
        IssuedDocument.customer_id,
    )
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(DocumentVoid.id.is_(None))
    .order_by(IssuedDocument.id)
)
_OF_LOANS = _HOLDING.where(
    IssuedDocument.loan_id.in_(bindparam("ids", expanding=True)),
    IssuedDocument.kind.in_(bindparam("kinds", expanding=True)),
)
_OF_MONTH = _HOLDING.where(
    IssuedDocument.loan_id == bindparam("loan_id"),
    IssuedDocument.kind == "statement",
    IssuedDocument.request_key == bindparam("month"),
)
_LOAN_OF = select(IssuedDocument.loan_id).where(IssuedDocument.code == bindparam("code"))
_OF_EVENTS = _HOLDING.where(IssuedDocument.event_id.in_(bindparam("ids", expanding=True)))


class AlreadyVoid(Refused):
    """The paper of this number does not hold already."""

    def __init__(self, number: str, void: Void) -> None:
        super().__init__(f"{number}: void since {bogota_day(void.voided_at)} ({void.reason})")


class FollowedByAnother(Refused):
    """The next month's statement, `following`, holds and opens with what this one closes with."""

    def __init__(self, number: str, following: str) -> None:
        super().__init__(f"{number}: {following} opens with what it closes with")
        self.following = following


def after_reversals(
    session: Session,
    reversed_event_ids: Sequence[int],
    loan_ids: Sequence[int],
    around: Surroundings,
) -> int:
    """Void what relied on reversed payments, in the transaction of the reversals; returns how many.

    The receipts of the payments, and of their credits every paz y salvo, release of a lien,
    certificate of debt and coupon, with a row in the trail each.
    """
    if not session.scalar(_ANY):
        return 0
    found = [*_holding(session, _OF_LOANS, loan_ids, kinds=RELYING)]
    found += _holding(session, _OF_EVENTS, reversed_event_ids)
    return _void(session, found, REVERSED, around)


def unless_settled(session: Session, loan_id: int, state: State, around: Surroundings) -> int:
    """Void what says that a credit was paid, if this is its state now and something is owed."""
    return still_owing(session, loan_id, around) if state.payoff or any(owed(state)) else 0


def still_owing(session: Session, loan_id: int, around: Surroundings) -> int:
    """Void what says that a credit was paid, for it owes; returns how many."""
    found = [*_holding(session, _OF_LOANS, [loan_id], kinds=SETTLED)]
    return _void(session, found, OWING, around)


def one(session: Session, issued: Issued, reason: str, around: Surroundings) -> None:
    """Say from now on that a paper does not hold, with a row in the trail."""
    values = {"document_id": issued.id, "reason": reason, "voided_at": around.now}
    session.execute(insert(DocumentVoid), values)
    audit.record(
        session,
        "document_voided",
        around,
        customer_id=issued.customer_id,
        detail=f"{issued.number}: {reason}",
    )


def mistaken(db: Database, code: str, around: Surroundings) -> Issued:
    """Void a paper that should not have been issued, by its code; returns it as it was.

    Asked for again, it is issued as a new edition. Raises LookupError, AlreadyVoid,
    FollowedByAnother and Tampered.
    """
    with db.write() as session:
        loan_id = session.scalar(_LOAN_OF, {"code": code})
        if loan_id is None:
            raise LookupError(code)
        projections.lock(session, [loan_id])
        issued = shelf.the(session, code)
        if issued.void:
            raise AlreadyVoid(issued.number, issued.void)
        if issued.kind == "statement":
            _check_last(session, loan_id, issued)
        one(session, issued, MISTAKEN, around)
        return issued


def _check_last(session: Session, loan_id: int, issued: Issued) -> None:
    _, following = neighbours(date.fromisoformat(f"{issued.key}-01"))
    row = session.execute(_OF_MONTH, {"loan_id": loan_id, "month": following}).one_or_none()
    if row:
        raise FollowedByAnother(issued.number, numbered(row.series, row.number))


def _void(session: Session, found: Sequence[Any], reason: str, around: Surroundings) -> int:
    if found:
        values = [
            {"document_id": row.id, "reason": reason, "voided_at": around.now} for row in found
        ]
        session.execute(insert(DocumentVoid), values)
        details = (
            (row.customer_id, f"{numbered(row.series, row.number)}: {reason}") for row in found
        )
        audit.record_each(session, "document_voided", around, details)
    return len(found)


def _holding(
    session: Session, query: Select[int, str, int, int], ids: Sequence[int], **values: object
) -> Iterator[Any]:
    wanted = sorted(set(ids))
    for first in range(0, len(wanted), IN_A_STATEMENT):
        some = wanted[first : first + IN_A_STATEMENT]
        yield from session.execute(query, {"ids": some, **values})
