"""What papers a credit offers today, and those already issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finportal.adapters.database import Link
from finportal.lending import Centavos, State
from finportal.services.documents import lien, shelf
from finportal.services.documents.certificates import first_tax_year
from finportal.services.documents.lien import Stage
from finportal.services.documents.lines import owed
from finportal.services.documents.payments import payable
from finportal.services.documents.periods import periods
from finportal.services.documents.shelf import Listed
from finportal.services.documents.subject import Subject
from finportal.services.history import PAYING
from finportal.services.payments.unsure import Unsure, unsure


@dataclass(frozen=True, slots=True)
class Month:
    """A month with a statement. `code` is empty until it is issued."""

    month: str
    due_on: date
    code: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a customer may ask of a credit today.

    `years` are those that certificates of a balance tell of, the newest first, and `tax_years`
    those whose every payment is known; `left` is what settles the credit
    today in centavos, and `settled` says that nothing at all is owed. `to_pay`: a coupon has
    something to say. `issued` are the papers but the statements, the newest first. `stages` are
    those of the lien's release, once the credit is paid. `unsure`: why its papers
    must wait although it is paid.
    """

    months: Sequence[Month]
    years: Sequence[int]
    tax_years: Sequence[int]
    left: Centavos
    settled: bool
    unsure: Unsure | None
    to_pay: bool
    has_lien: bool
    issued: Sequence[Listed]
    stages: Sequence[Stage]


def offer(link: Link, about: Subject) -> Offer:
    """The papers of a credit, by a few statements more. Raises what `lending.replay` raises."""
    credit = about.credit
    today = max(about.today, credit.contract.begins)
    state = credit.state(today)
    listed = shelf.of_loan(link, credit.customer_id, credit.loan_number)
    codes = {one.key: one.code for one in listed if one.kind == "statement" and not one.void}
    last = _ended(state)
    has_lien = bool(about.about.plate or about.about.vin)
    settled = not (state.payoff or any(owed(state)))
    waits_for = unsure(link, credit.loan_id) if settled else None
    return Offer(
        months=[
            Month(of.month, of.due_on, codes.get(of.month, ""))
            for of in periods(credit, today)
            if last is None or of.after is None or of.after < last
        ],
        years=range(today.year - 1, credit.contract.begins.year - 1, -1),
        tax_years=range(today.year - 1, first_tax_year(about) - 1, -1),
        left=state.payoff,
        settled=settled,
        unsure=waits_for,
        to_pay=bool(payable(state).total),
        has_lien=has_lien,
        issued=[one for one in listed if one.kind != "statement"],
        stages=lien.stages(link, credit, today) if settled and has_lien and not waits_for else (),
    )


def _ended(state: State) -> date | None:
    """The day of the last payment of a credit with nothing left to pay."""
    if not state.settled:
        return None
    return max((one.value_date for one in state.movements if one.kind in PAYING), default=None)
