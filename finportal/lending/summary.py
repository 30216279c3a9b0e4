"""The summary: a book, at the end of a day, as the state that the rest of the project reads."""

from collections.abc import Iterator
from datetime import date

from finportal.lending.book import Book
from finportal.lending.dues import Due
from finportal.lending.money import Centavos, make
from finportal.lending.parts import NOTHING, add_up
from finportal.lending.plan import fall_due
from finportal.lending.state import RowState, RowStatus, State

_PAID, _PARTLY, _PENDING = RowStatus.PAID, RowStatus.PARTLY, RowStatus.PENDING


def summary(book: Book, as_of: date) -> State:
    """The state of the credit; the book stands at the end of `as_of`. Raises RateGap."""
    due = add_up(row.owed for row in book.open)
    accrued, premium, balance = book.accrued(), book.premium(), book.position.balance
    oldest = date.fromordinal(book.open[0].due_on) if book.open else None
    upcoming = tuple(_upcoming(book))
    return State(
        as_of=as_of,
        terms=book.terms,
        instalment=Centavos(book.plan.instalment),
        rows=(*map(_row, book.dues), *upcoming),
        movements=tuple(book.movements),
        due=due,
        accrued_interest=Centavos(accrued),
        principal_not_due=Centavos(balance),
        payoff_insurance=Centavos(premium),
        credit=Centavos(book.credit),
        payoff=Centavos(max(0, due.total + accrued + balance + premium - book.credit)),
        days_past_due=(as_of - oldest).days if oldest else 0,
        oldest_due_date=oldest,
        next_due_date=upcoming[0].due_date if upcoming else None,
        paid=add_up([*book.ahead, *(row.paid for row in book.dues)]),
        waived=add_up(book.waived),
        refunded=Centavos(book.refunded),
        provisional=bool(book.rates.spans) and book.day > book.rates.spans[-1][1],
        accelerated=book.accelerated,
        written_off=book.written_off,
    )


def _row(due: Due) -> RowState:
    fees, insurance, _, interest, principal = due.charged
    owed, paid, instalment = due.owed, due.paid, interest + principal
    figures = (
        due.number,
        date.fromordinal(due.due_on),
        due.opening,
        interest,
        principal,
        instalment,
        insurance,
        instalment + insurance,
        due.balance,
        _PAID if owed == NOTHING else _PENDING if paid == NOTHING else _PARTLY,
        fees,
        due.late,
        paid,
        owed,
    )
    return make(RowState, figures)


def _upcoming(book: Book) -> Iterator[RowState]:
    """The rows still to fall due, at the limits known, if nothing else happens."""
    plan, position, paid = book.plan, book.position, book.premium_paid
    while position.balance:
        interest, principal, after = fall_due(plan, position)
        row, opening, *_ = position
        _, balance, due, *_ = after
        insurance, instalment = plan.premium.on(opening), interest + principal
        if paid:
            insurance, paid = max(0, insurance - paid), 0
        figures = (
            plan.number + row,
            date.fromordinal(due),
            opening,
            interest,
            principal,
            instalment,
            insurance,
            instalment + insurance,
            balance,
            _PENDING,
            0,
            0,
            NOTHING,
            NOTHING,
        )
        yield make(RowState, figures)
        position = after
