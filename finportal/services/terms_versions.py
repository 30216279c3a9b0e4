"""The versions of a contract: each accepted one is kept, and the newest holds."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.adapters import bulk
from finportal.models import Loan, TermsVersion
from finportal.services import projections

_COLUMNS = ("loan_id", "version", "contract", "recorded_at")
_newest = (
    select(func.max(TermsVersion.version))
    .where(TermsVersion.loan_id == Loan.id)
    .correlate(Loan)
    .scalar_subquery()
)
_STORED = (
    select(Loan.id, Loan.loan_number, TermsVersion.version, TermsVersion.contract)
    .outerjoin(TermsVersion, and_(TermsVersion.loan_id == Loan.id, TermsVersion.version == _newest))
    .where(Loan.loan_number.in_(bindparam("loan_numbers", expanding=True)))
)


_IDS = select(Loan.loan_number, Loan.id).where(
    Loan.loan_number.in_(bindparam("loan_numbers", expanding=True))
)


def begin(session: Session, contracts: Mapping[str, str], now: datetime) -> None:
    """Give loans that are new, and stored already, their first version.

    `contracts`: by loan number, as `contract_text` writes them.
    """
    ids = session.execute(_IDS, {"loan_numbers": list(contracts)})
    recorded_at = bulk.moment(now)
    rows = ((id_, 1, contracts[number], recorded_at) for number, id_ in ids)
    bulk.insert_all(session, TermsVersion, _COLUMNS, rows)


def keep(session: Session, contracts: Mapping[str, str], now: datetime) -> None:
    """Add a version to each loan whose newest one is another text; their loans are stored already.

    `contracts`: by loan number, as `contract_text` writes them.
    """
    stored = session.execute(_STORED, {"loan_numbers": list(contracts)}).all()
    changed = [row for row in stored if row.contract != contracts[row.loan_number]]
    if not changed:
        return
    rows = [
        {
            "loan_id": row.id,
            "version": (row.version or 0) + 1,
            "contract": contracts[row.loan_number],
            "recorded_at": now,
        }
        for row in changed
    ]
    session.execute(insert(TermsVersion), rows)
    projections.forget(session, [row.id for row in changed])
