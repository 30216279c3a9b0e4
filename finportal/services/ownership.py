"""Whose a thing is: the one question that is asked of whatever an address or a form names."""

from sqlalchemy import BindParameter, String, bindparam, cast, select

from finportal.adapters.database import Link
from finportal.journey import Part
from finportal.models import Account, Device, IssuedDocument, Loan, PaymentAttempt, Visit

_CUSTOMER: BindParameter[int] = bindparam("customer_id")
_NAME: BindParameter[str] = bindparam("name")
_OWN = {
    Part.CREDIT: select(Loan.id).where(Loan.loan_number == _NAME, Loan.customer_id == _CUSTOMER),
    Part.PAPER: select(IssuedDocument.id).where(
        IssuedDocument.code == _NAME, IssuedDocument.customer_id == _CUSTOMER
    ),
    Part.PAYMENT: select(PaymentAttempt.id)
    .join(Loan, Loan.id == PaymentAttempt.loan_id)
    .where(PaymentAttempt.reference == _NAME, Loan.customer_id == _CUSTOMER),
    Part.DEVICE: select(Device.id)
    .join(Account, Account.id == Device.account_id)
    .where(cast(Device.id, String) == _NAME, Account.customer_id == _CUSTOMER),
    Part.SESSION: select(Visit.id)
    .join(Account, Account.id == Visit.account_id)
    .where(cast(Visit.id, String) == _NAME, Account.customer_id == _CUSTOMER),
}
"""An attempt belongs to whom its credit belongs to, whoever began it."""


def owns(link: Link, customer_id: int, part: Part, name: str) -> bool:
    """Whether the customer (by row) has the thing of this name, by one statement.

    What exists for somebody else and what does not exist are one answer after the same work; no
    statement is sent for a name that cannot be printed. Raises KeyError for a part that nobody
    owns.
    """
    query = _OWN[part]
    if not name.isprintable():
        return False
    return link.execute(query, {"name": name, "customer_id": customer_id}).first() is not None
