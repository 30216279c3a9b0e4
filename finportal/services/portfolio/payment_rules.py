"""What a line of the payments file may say, by itself and about its credit."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from finportal.adapters.table_problems import Problem
from finportal.models.ledger import CHANNELS, EFFECTS
from finportal.services.portfolio import cells
from finportal.services.portfolio.cells import BadCell, Found, Rule

SOURCE = "payments"
"""What `loan_events` calls the payments files; a receipt is one event of the whole lender."""

LONGEST_RECEIPT = 60
INSTALMENTS = "instalments"
"""The effect of a plain payment: it goes to what is due, and waits as credit beyond that."""


KnownLoan = tuple[int, str]
"""A credit's id, and the first day that a payment of it may have, as ISO text."""


class Payment(NamedTuple):
    """A good line: amount in centavos, the day as ISO text, effect None for a plain payment.

    `reverses`: the receipt that this line takes back; it has the same amount then.
    """

    line: int
    loan_id: int
    receipt: str
    paid_on: str
    amount: int
    channel: str
    reverses: str | None
    effect: str | None


def receipt(cell: str) -> str:
    """The lender's number of a payment."""
    if len(cell) > LONGEST_RECEIPT:
        raise BadCell(f"is longer than {LONGEST_RECEIPT} characters")
    return cell


def effect(cell: str) -> str | None:
    """What a payment does beyond what is due; None for nothing."""
    chosen = _effect(cell)
    return None if chosen == INSTALMENTS else chosen


def _day(cell: str) -> str:
    return cells.day(cell).isoformat()


_effect = cells.one_of(INSTALMENTS, *EFFECTS)

PAYMENT_RULES = {
    "loan_number": Rule(cells.loan_number),
    "receipt": Rule(receipt, repeats=False),
    "paid_on": Rule(_day),
    "amount": Rule(cells.pesos_above_zero, repeats=False),
    "channel": Rule(cells.one_of(*CHANNELS)),
    "reverses": Rule(receipt, required=False, repeats=False),
    "effect": Rule(effect, required=False),
}


def payment(found: Found, loans: Mapping[str, KnownLoan], today: date) -> Payment | list[Problem]:
    """The payment of a line, or everything that is wrong with it. `loans` by number."""
    values = found.values
    loan_id, begins = loans.get(values.get("loan_number", ""), (None, ""))
    if loan_id is None and found.have("loan_number"):
        found.reject("loan_number", "no such credit: load the loans file first")
    paid_on = values.get("paid_on")
    if paid_on and paid_on > today.isoformat():
        found.reject("paid_on", f"is after today, {today}")
    elif paid_on and paid_on < begins:
        found.reject("paid_on", f"is before the credit begins, on {begins}")
    if found.have("reverses", "effect"):
        found.reject("effect", "must be empty: a reversal has no effect")
    if loan_id is None or found.problems:
        return found.problems
    del values["loan_number"]
    return Payment(line=found.line, loan_id=loan_id, **values)
