"""What banks' files say and what was posted of them, compared channel by channel."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from finportal.lending import Centavos
from finportal.models import BankLine, ChequeOutcome, Posting
from finportal.services.bank_matching import Verdict
from finportal.services.payment_references import reference_of
from finportal.services.payments.bank_waiting import Cheque
from finportal.services.reconciliation import Entry, Reconciliation, reconcile

Channel = tuple[str, str]
"""A source such as "bank:007", and a channel's word."""

_reversal = aliased(Posting)
_POSTED = (
    select(Posting)
    .outerjoin(_reversal, _reversal.reverses_id == Posting.id)
    .where(Posting.source.startswith("bank:"), Posting.kind == "payment", _reversal.id.is_(None))
    .order_by(Posting.id)
)
_TOLD = (
    select(BankLine)
    .outerjoin(ChequeOutcome, ChequeOutcome.line_id == BankLine.id)
    .where(
        BankLine.verdict != Verdict.RETURNED.value,
        ChequeOutcome.outcome.is_distinct_from(Cheque.BOUNCED.value),
    )
    .order_by(BankLine.id)
)


def compare(session: Session, first: date, last: date) -> dict[Channel, Reconciliation]:
    """Compare the payers' days from `first` to `last`, both included.

    "Here" is what stands posted, "there" what the files say; what a bank took back (a return cause,
    a bounced cheque) is on neither list. A channel without either is left out.
    """
    here: dict[Channel, list[Entry]] = defaultdict(list)
    there: dict[Channel, list[Entry]] = defaultdict(list)
    for one in session.scalars(_POSTED.where(Posting.value_date.between(first, last))):
        entry = Entry(
            reference_of(one.loan_id), Centavos(one.amount), one.value_date, one.source_key
        )
        here[one.source, one.channel].append(entry)
    for line in session.scalars(_TOLD.where(BankLine.value_date.between(first, last))):
        entry = Entry(line.reference, Centavos(line.amount), line.value_date, line.key)
        there[line.source, line.channel].append(entry)
    return {one: reconcile(here[one], there[one]) for one in sorted({*here, *there})}
