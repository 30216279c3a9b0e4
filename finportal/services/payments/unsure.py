"""Money that counts in a credit although its bank has not confirmed it for good."""

from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from finportal.adapters.bank_files.collection import Means
from finportal.adapters.database import Link
from finportal.models import BankLine, ChequeOutcome, PaymentAttempt, Posting

PAID = (Posting.source == BankLine.source) & (Posting.source_key == BankLine.key)
"""A posting is what was paid by a line."""
_reversal = aliased(Posting)
CHEQUES = (
    select(BankLine)
    .join(Posting, PAID)
    .outerjoin(_reversal, _reversal.reverses_id == Posting.id)
    .outerjoin(ChequeOutcome, ChequeOutcome.line_id == BankLine.id)
    .where(BankLine.means == Means.CHEQUE.value, _reversal.id.is_(None), ChequeOutcome.id.is_(None))
    .order_by(BankLine.id)
)
"""Cheques that were posted and may still bounce, the oldest first."""
_CHEQUE = CHEQUES.with_only_columns(BankLine.id).where(Posting.loan_id == bindparam("loan_id"))
_REVIEW = select(PaymentAttempt.id).where(
    PaymentAttempt.loan_id == bindparam("loan_id"), PaymentAttempt.state == "review"
)


class Unsure(StrEnum):
    """What is still open: a cheque without an outcome, or a payment that a person reviews."""

    CHEQUE = "cheque"
    REVIEW = "review"


def unsure(link: Link, loan_id: int) -> Unsure | None:
    """What of a credit's money may still turn out otherwise, a cheque before all; None for none."""
    for what, query in ((Unsure.CHEQUE, _CHEQUE), (Unsure.REVIEW, _REVIEW)):
        if link.execute(query.limit(1), {"loan_id": loan_id}).first():
            return what
    return None
