"""The letters of a payment: approved, declined, in process, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.lending.parts import NOTHING
from finportal.models import Account, Customer, Loan
from finportal.services import outbox
from finportal.services.letters import Addressee
from finportal.services.payments import keeping
from finportal.services.payments.posting import Posted
from finportal.services.visits import Surroundings

LOAN_NUMBER_SHOWN = 4
"""How much of a credit's number a letter tells: mail may be read by others."""
DEFAULT_LOCALE = "es_CO"

_WHO = (
    select(
        Customer.id.label("customer_id"),
        Customer.name,
        Customer.kind,
        Customer.email.label("given"),
        Account.id.label("account_id"),
        Account.email.label("proven"),
        Account.locale,
        Loan.loan_number,
    )
    .join(Loan, Loan.customer_id == Customer.id)
    .outerjoin(Account, Account.customer_id == Customer.id)
    .where(Loan.id == bindparam("loan_id"))
)


@dataclass(frozen=True, slots=True)
class Told:
    """A letter's kind, the credit it is about, and what it says."""

    kind: str
    loan_id: int
    values: Mapping[str, str]


def applied(posted: Posted) -> dict[str, str]:
    """What a letter says of money that came in: where it went, and what becomes of the rest.

    "credit" is what this payment added to the balance in favour, "kept" that whole balance.
    """
    money = posted.money
    parts = posted.movement.parts if posted.movement else NOTHING
    values = {name: str(amount) for name, amount in parts._asdict().items()} | {
        "amount": str(money.amount),
        "value_date": money.value_date.isoformat(),
        "authorisation": money.authorisation,
        "credit": str(max(0, money.amount - parts.total)),
    }
    return values | ({"kept": keeping.as_text(posted.kept)} if posted.kept else {})


def tell(session: Session, vault: Vault, told: Told, around: Surroundings) -> None:
    """Post a letter to a credit's customer, in the transaction of the fact it tells of.

    It goes to the address that was proven, else to the one the lender holds.
    """
    who: Any = session.execute(_WHO, {"loan_id": told.loan_id}).one()
    to = Addressee(who.name, who.kind, who.proven or who.given, who.locale or DEFAULT_LOCALE)
    own = {"name": to.greeting_name, "loan_end": who.loan_number[-LOAN_NUMBER_SHOWN:]}
    letter = Letter(told.kind, to.email, to.locale, {**own, **told.values})
    outbox.post(session, vault, letter, around.now, account_id=who.account_id)
