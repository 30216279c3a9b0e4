"""The differences of the day: what changed in credits without a posting since their last entry."""

from datetime import datetime

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.lending import LendingError
from finportal.models import JournalEntry
from finportal.services import projections
from finportal.services.days import bogota_day
from finportal.services.payments import journal
from finportal.services.payments.journal import Known


def close(db: Database, now: datetime) -> int:
    """Bring each credit of the journal to today, with its row locked; how many entries it took.

    Balances in favour that were spent on what fell due, payments from files, late certificates.
    Credits that the engine refuses are left as they are: `journal_check.check` names them.
    """
    query = select(JournalEntry.loan_id).where(JournalEntry.loan_id.is_not(None)).distinct()
    with db.read() as session:
        loans = sorted(loan for loan in session.scalars(query) if loan is not None)
    today, booked = bogota_day(now), 0
    for loan_id in loans:
        with db.write() as session:
            credit = projections.locked(session, [loan_id])[0]
            try:
                known = Known(credit, credit.state(today))
            except LendingError:
                continue
            booked += journal.catch_up(session, known, now)
    return booked
