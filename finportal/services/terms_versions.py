"""The versions of a contract: each accepted one is kept, and the newest holds."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.models import Loan, TermsVersion
from finportal.services import projections

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
