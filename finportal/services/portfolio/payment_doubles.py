"""Lines of a payments file that look like money the portal posted itself: told, and not stored."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from finportal.adapters.table_problems import Problem
from finportal.models import Posting
from finportal.services import payment_ledger as ledger
from finportal.services.payment_ledger import Event
from finportal.services.portfolio.payment_readers import Batch

_Money = tuple[int, str, int | None]
"""A credit's id, the day as ISO text, centavos."""

_ANY = select(Posting.id).limit(1)
_POSTED = select(
    Posting.loan_id, Posting.value_date, Posting.amount, Posting.source, Posting.id
).where(
    Posting.loan_id.in_(bindparam("loan_ids", expanding=True)),
    Posting.value_date.between(bindparam("first"), bindparam("last")),
    Posting.kind == "payment",
)
_TAKEN_BACK = select(Posting.reverses_id).where(
    Posting.reverses_id.in_(bindparam("ids", expanding=True))
)


def hold_back(session: Session, batch: Batch) -> None:
    """Move payments that the portal posted itself, to all appearance, to what is rejected.

    They have credit, amount and day of a payment by the gateway or from a bank's file that stands;
    the portal knows it by another number than the file's receipt. A receipt that is stored already
    stays where it is. Two statements a batch, and two more where there is something to tell.
    """
    posted = _posted(session, batch.events)
    if not posted:
        return
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


def _posted(session: Session, events: Sequence[Event]) -> dict[_Money, str]:
    """The sources of what was posted of the same credits, days and amounts, and stands."""
    if not events or session.scalar(_ANY) is None:
        return {}
    days = {event[2] for event in events}
    span = {"first": date.fromisoformat(min(days)), "last": date.fromisoformat(max(days))}
    loan_ids = list({event[0] for event in events})
    wanted = {_money(event) for event in events}
    rows = session.execute(_POSTED, {"loan_ids": loan_ids, **span})
    found = [
        (money, source, id_)
        for loan_id, on, amount, source, id_ in rows
        if (money := (loan_id, on.isoformat(), amount)) in wanted
    ]
    if not found:
        return {}
    gone = set(session.scalars(_TAKEN_BACK, {"ids": [id_ for _, _, id_ in found]}))
    return {money: source for money, source, id_ in found if id_ not in gone}


def _money(event: Event) -> _Money:
    loan_id, _, paid_on, amount, *_ = event
    return loan_id, paid_on, amount


def _reason(source: str) -> str:
    return (
        f"the portal posted a payment of this credit, day and amount itself ({source}): leave the "
        "line out, or load it with --accept-posted if it is another payment"
    )
