"""How a payment stands, for whoever has its address: the state, the sum, and little besides.

The gateway sends every payer back to such an address: one may have paid without signing in, and a
session may have ended meanwhile, or the bank may have opened another browser.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import Customer, Loan, PaymentAttempt
from finportal.services.payments import looking
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import UnknownAttempt
from finportal.services.payments.looking import Seen
from finportal.services.visits import Surroundings

LASTS = timedelta(days=30)
"""How long after its beginning a payment can be looked at by its address alone."""
_PURPOSE = "the address of a payment's result"
_WHOSE = (
    select(PaymentAttempt.customer_id, Customer.name)
    .join(Loan, Loan.id == PaymentAttempt.loan_id)
    .join(Customer, Customer.id == Loan.customer_id)
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An attempt, and the borrower's `name`: it must be masked before anybody sees it.

    `customer_id`: who began it signed in, and may see all of it; None for nobody.
    """

    seen: Seen
    name: str
    customer_id: int | None


def key_of(vault: Vault, reference: str) -> str:
    """What the address of an attempt's result holds beside its reference: 64 hex digits.

    The reference alone stands in letters and is told on the telephone; it opens nothing.
    """
    return vault.fingerprint(_PURPOSE, reference)


def look(desk: Desk, reference: str, key: str, around: Surroundings) -> Shown:
    """An attempt as it is known. Raises UnknownAttempt for a wrong key or an old attempt."""
    if not hmac.compare_digest(key.encode(), key_of(desk.vault, reference).encode()):
        raise UnknownAttempt(reference)
    with desk.db.read() as session:
        return _shown(session, reference, around)


def returned(desk: Desk, shown: Shown, around: Surroundings, hint: str | None = None) -> Shown:
    """The payer came back, or the page asks again: ask the gateway if what was shown is open.

    `hint`: the id that the gateway added to the address; it proves nothing.
    """
    if not shown.seen.open:
        return shown
    looking.ask_again(desk, shown.seen, around, hint)
    with desk.db.read() as session:
        return _shown(session, shown.seen.reference, around)


def _shown(session: Session, reference: str, around: Surroundings) -> Shown:
    seen = looking.of_reference(session, reference)
    if seen.created_at + LASTS < around.now:
        raise UnknownAttempt(reference)
    row = session.execute(_WHOSE.where(PaymentAttempt.id == seen.id)).one()
    return Shown(seen, row.name, row.customer_id)
