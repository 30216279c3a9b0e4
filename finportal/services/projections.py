"""The lists' copy of each credit's state: made from the replay, thrown away with each new fact."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.lending import ENGINE_VERSION, LendingError, State
from finportal.lending.state import RowStatus
from finportal.models import Loan, LoanEvent, Projection
from finportal.services import ledger
from finportal.services.ledger import Credit

LOANS_A_ROUND = 100
PAUSE = 0.005
"""Seconds between two writes of copies, for whoever waits to write."""

_FOR_EVER = date(9999, 12, 31)
NO_FIGURES: dict[str, Any] = {
    "holds_until": _FOR_EVER,
    "next_due_date": None,
    "oldest_due_date": None,
    "ends_on": None,
} | dict.fromkeys(
    (
        "instalment",
        "next_due_amount",
        "overdue",
        "principal_left",
        "credit",
        "rows_paid",
        "rows_total",
    ),
    0,
)


def copy(credit: Credit, on: date) -> dict[str, Any]:
    """A credit on a day – the day it begins, if that is later – as its row copies it."""
    values: dict[str, Any] = {
        "loan_id": credit.loan_id,
        "engine_version": ENGINE_VERSION,
        "certificates": credit.certificates,
        "as_of": on,
    }
    try:
        day = max(on, credit.contract.begins)
        return values | {"as_of": day} | _figures(credit.state(day))
    except LendingError as error:
        return values | NO_FIGURES | {"refusal": f"{type(error).__name__}: {error}"}


def _figures(state: State) -> dict[str, Any]:
    following = next(iter(state.upcoming), None)
    return {
        "holds_until": _holds_until(state),
        "instalment": state.instalment,
        "next_due_date": state.next_due_date,
        "next_due_amount": following.total if following else 0,
        "overdue": state.due.total,
        "oldest_due_date": state.oldest_due_date,
        "principal_left": state.principal_not_due + state.due.principal,
        "credit": state.credit,
        "rows_paid": sum(row.status is RowStatus.PAID for row in state.rows),
        "rows_total": len(state.rows),
        "ends_on": state.rows[-1].due_date if state.rows else None,
        "refusal": None,
    }


def _holds_until(state: State) -> date:
    """Late interest grows by the day; else nothing moves before the next row falls due."""
    if state.oldest_due_date:
        return state.as_of
    return state.next_due_date - timedelta(days=1) if state.next_due_date else _FOR_EVER


_FORGET = delete(Projection).where(Projection.loan_id.in_(bindparam("loan_ids", expanding=True)))
_ANY = select(exists(select(Projection.loan_id)))
_LOCK = (
    select(Loan.id)
    .where(Loan.id.in_(bindparam("loan_ids", expanding=True)))
    .order_by(Loan.id)
    .with_for_update()
)
_CREDITS = ledger.credits_where(Loan.id.in_(bindparam("loan_ids", expanding=True)))
_FACTS = _CREDITS.add_columns(
    select(func.count(LoanEvent.id))
    .where(LoanEvent.loan_id == Loan.id)
    .correlate(Loan)
    .scalar_subquery()
    .label("events")
)
_STALE = (
    select(Loan.id)
    .outerjoin(Projection, Projection.loan_id == Loan.id)
    .where(
        or_(
            Projection.loan_id.is_(None),
            Projection.holds_until < bindparam("today"),
            Projection.certificates != ledger.certificates,
            Projection.engine_version != ENGINE_VERSION,
        ),
    )
    .limit(LOANS_A_ROUND)
)


def forget(session: Session, loan_ids: Sequence[int]) -> None:
    """Take away the copies that a new fact has made untrue, in the fact's own transaction.

    After the fact is in: on PostgreSQL it waits for whoever makes copies anew, and sees theirs.
    """
    if session.scalar(_ANY):
        session.execute(_FORGET, {"loan_ids": loan_ids})


def refresh(db: Database, today: date, at_most: int | None = None) -> int:
    """Make missing and outdated copies anew; returns how many.

    Replaying holds no lock; only writing what is still true does. `at_most`: stop after about so
    many; the next call goes on.
    """
    made = 0
    while at_most is None or made < at_most:
        with db.reading() as link:
            ids = [row.id for row in link.execute(_STALE, {"today": today})]
            found = ledger.read(link, link.execute(_CREDITS, {"loan_ids": ids})) if ids else []
        if not found:
            break
        copies = [copy(credit, today) for credit in found]
        with db.write() as session:
            keep(session, found, copies)
        made += len(found)
        time.sleep(PAUSE)
    return made


def keep(session: Session, found: Sequence[Credit], copies: Sequence[dict[str, Any]]) -> None:
    """Write the copies of credits of which nothing new was stored since they were read."""
    ids = [credit.loan_id for credit in found]
    lock(session, ids)
    still = unchanged(session, found)
    true = [copied for copied in copies if copied["loan_id"] in still]
    forget(session, ids)
    if true:
        session.execute(insert(Projection), true)


def unchanged(session: Session, found: Sequence[Credit]) -> set[int]:
    """The ids of those credits, locked by now, of which nothing new was stored since then."""
    rows = session.execute(_FACTS, {"loan_ids": [credit.loan_id for credit in found]})
    facts = {row.id: row for row in rows}
    return {credit.loan_id for credit in found if _unchanged(credit, facts[credit.loan_id])}


def _unchanged(credit: Credit, facts: Any) -> bool:
    return (facts.contract, facts.certificates, facts.events) == (
        credit.contract_text,
        credit.certificates,
        len(credit.records),
    )


def lock(session: Session, loan_ids: Sequence[int]) -> None:
    """Keep these credits safe from new facts until the transaction ends.

    On PostgreSQL the lock waits for whoever adds an event: its foreign key holds the loan's row. On
    SQLite a transaction that has begun to write holds everything.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(_LOCK, {"loan_ids": loan_ids})


def locked(session: Session, loan_ids: Sequence[int]) -> list[Credit]:
    """These credits, locked."""
    lock(session, loan_ids)
    return ledger.read(session, session.execute(_CREDITS, {"loan_ids": loan_ids}))
