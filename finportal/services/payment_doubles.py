"""Lines of a payments file that look like money the portal posted itself: told, and not stored."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from finportal.adapters.table_problems import Problem
from finportal.models import Posting
from finportal.services import payment_ledger as ledger
from finportal.services.payment_readers import Batch

_Money = tuple[int, str, int | None]
"""A credit's id, the day as ISO text, centavos."""

_taken_back = aliased(Posting)
_STANDING = (
    select(Posting.loan_id, Posting.value_date, Posting.amount, Posting.source)
    .outerjoin(_taken_back, _taken_back.reverses_id == Posting.id)
    .where(
        Posting.loan_id.in_(bindparam("loan_ids", expanding=True)),
        Posting.kind == "payment",
        _taken_back.id.is_(None),
    )
)


def hold_back(session: Session, batch: Batch) -> None:
    """Move payments that the portal posted itself, to all appearance, to what is rejected.

    They have credit, amount and day of a payment by the gateway or from a bank's file that stands;
    the portal knows it by another number than the file's receipt. A receipt that is stored already
    stays where it is. One statement, and a second one where there is something to tell.
    """
    posted = _posted(session, {event[0] for event in batch.events})
    alike = [ledger.receipt_of(event) for event in batch.events if _money(event) in posted]
    if not alike:
        return
    known = ledger.stored(session, alike)
    pairs = list(zip(batch.lines, batch.events, strict=True))
    batch.lines, batch.events = [], []
    for line, event in pairs:
        source = posted.get(_money(event))
        if source is None or ledger.receipt_of(event) in known:
            batch.lines.append(line)
            batch.events.append(event)
        else:
            batch.rejected.append([Problem(line, "", _reason(source))])


def _posted(session: Session, loan_ids: Collection[int]) -> dict[_Money, str]:
    rows = session.execute(_STANDING, {"loan_ids": list(loan_ids)})
    return {(loan_id, on.isoformat(), amount): source for loan_id, on, amount, source in rows}


def _money(event: ledger.Event) -> _Money:
    loan_id, _, paid_on, amount, *_ = event
    return loan_id, paid_on, amount


def _reason(source: str) -> str:
    return (
        f"the portal posted a payment of this credit, day and amount itself ({source}): leave the "
        "line out, or load it with --accept-posted if it is another payment"
    )
