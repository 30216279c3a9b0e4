"""The letters of what was paid at a bank: it came in, or its cheque bounced."""

from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import Posting
from finportal.services.payment_references import grouped, reference_of
from finportal.services.payments.posting import Posted
from finportal.services.payments.telling import Told, applied, tell
from finportal.services.visits import Surroundings


def posted(
    session: Session, vault: Vault, loan_id: int, entered: Posted, around: Surroundings
) -> None:
    """Tell what came in and where it went."""
    values = applied(entered) | {"reference": grouped(reference_of(loan_id))}
    tell(session, vault, Told("bank_payment_posted", loan_id, values), around)


def bounced(session: Session, vault: Vault, posting: Posting, around: Surroundings) -> None:
    """Tell that a cheque bounced and what it had paid is open again."""
    values = {
        "reference": grouped(reference_of(posting.loan_id)),
        "amount": str(posting.amount),
        "value_date": posting.value_date.isoformat(),
    }
    tell(session, vault, Told("bank_cheque_bounced", posting.loan_id, values), around)
