"""Migration: a credit that another system kept is taken over at its opening balance."""

from bisect import bisect_right
from datetime import date

from finportal.lending.book import Book
from finportal.lending.caps import CertifiedRates
from finportal.lending.dues import Due
from finportal.lending.errors import LendingError
from finportal.lending.events import Opening, OpeningDue
from finportal.lending.parts import Parts
from finportal.lending.plan import Plan, Position, contract_plan, resumed
from finportal.lending.terms import Terms
from finportal.lending.trace import Trace


class OpeningBeyondTerm(LendingError):
    """The opening balance of {on} has principal not due, but the last due date was {last}."""


def take_over(terms: Terms, opening: Opening, rates: CertifiedRates, trace: Trace | None) -> Book:
    """The book at the end of the opening's day: earlier rows are gone, dues are as brought along.

    Raises OpeningBeyondTerm, NegativeAmortisation.
    """
    plan = contract_plan(terms, rates)
    position = _position(plan, opening)
    if position.balance:
        plan = resumed(plan, position, opening.instalment)
        if trace:
            trace.instalment(plan, position)
    book = Book(plan, position, rates, trace)
    book.day = opening.value_date.toordinal()
    for brought in sorted(opening.dues, key=lambda due: due.due_date):
        book.add_due(_due(plan, brought, position.balance, book.day))
    book.credit = int(opening.credit)
    book.spend_credit()
    return book


def _position(plan: Plan, opening: Opening) -> Position:
    ends = plan.periods.ends
    row = bisect_right(ends, opening.value_date.toordinal(), lo=1) - 1
    if opening.principal_not_due and row > plan.last_row:
        raise OpeningBeyondTerm(on=opening.value_date, last=date.fromordinal(ends[-1]))
    since = opening.interest_from.toordinal() if opening.interest_from else plan.periods.begin(row)
    return Position(row, opening.principal_not_due, since, since, opening.carry)


def _due(plan: Plan, brought: OpeningDue, balance: int, day: int) -> Due:
    due_on = brought.due_date.toordinal()
    number = plan.periods.ends.index(due_on) if due_on in plan.periods.ends[1:] else 0
    owed = Parts(
        brought.fees, brought.insurance, brought.late_interest, brought.interest, brought.principal
    )
    due = Due(number, due_on, owed, balance, balance)
    due.late_from = day
    return due
