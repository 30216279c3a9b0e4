"""Papers that stop holding because a payment they relied on was reversed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.models import DocumentVoid, IssuedDocument
from finportal.services import audit, projections
from finportal.services.documents import issuing, shelf
from finportal.services.documents.shelf import Issued, Void, numbered
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings

REVERSED, MISTAKEN = "reversed", "mistaken"
RELYING = ("settlement", "lien_release")
"""What says that a credit was paid: a paz y salvo, and the order to lift its lien."""
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
    IssuedDocument.kind.in_(RELYING),
)
_LOAN_OF = select(IssuedDocument.loan_id).where(IssuedDocument.code == bindparam("code"))
_OF_EVENTS = _HOLDING.where(IssuedDocument.event_id.in_(bindparam("ids", expanding=True)))


class AlreadyVoid(Refused):
    """The paper of this number does not hold already."""

    def __init__(self, number: str, void: Void) -> None:
        super().__init__(f"{number}: void since {void.voided_at:%Y-%m-%d} ({void.reason})")


def after_reversals(
    session: Session,
    reversed_event_ids: Sequence[int],
    loan_ids: Sequence[int],
    around: Surroundings,
) -> int:
    """Void what relied on reversed payments, in the transaction of the reversals; returns how many.

    The receipts of the payments, and every paz y salvo and release of a lien of their credits,
    with a row in the trail each.
    """
    if not session.scalar(_ANY):
        return 0
    found = [*_holding(session, _OF_LOANS, loan_ids)]
    found += _holding(session, _OF_EVENTS, reversed_event_ids)
    if found:
        values = [
            {"document_id": row.id, "reason": REVERSED, "voided_at": around.now} for row in found
        ]
        session.execute(insert(DocumentVoid), values)
        details = (
            (row.customer_id, f"{numbered(row.series, row.number)}: {REVERSED}") for row in found
        )
        audit.record_each(session, "document_voided", around, details)
    return len(found)


def mistaken(db: Database, code: str, around: Surroundings) -> Issued:
    """Void a paper that should not have been issued, by its code; returns it as it was.

    Asked for again, it is issued as a new edition. Raises LookupError, AlreadyVoid and Tampered.
    """
    with db.write() as session:
        loan_id = session.scalar(_LOAN_OF, {"code": code})
        if loan_id is None:
            raise LookupError(code)
        projections.lock(session, [loan_id])
        issued = shelf.the(session, code)
        if issued.void:
            raise AlreadyVoid(issued.number, issued.void)
        issuing.void(session, issued, MISTAKEN, around)
        return issued


def _holding(
    session: Session, query: Select[int, str, int, int], ids: Sequence[int]
) -> Iterator[Any]:
    wanted = sorted(set(ids))
    for first in range(0, len(wanted), IN_A_STATEMENT):
        yield from session.execute(query, {"ids": wanted[first : first + IN_A_STATEMENT]})
