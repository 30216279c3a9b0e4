"""The schedule: level rows, interest first, and the residue of all rounding in the last one."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from finportal.lending.annuity import level_instalment
from finportal.lending.caps import agreed_monthly
from finportal.lending.errors import LendingError
from finportal.lending.money import Centavos, half_up
from finportal.lending.periods import Factors, Periods, periods_of
from finportal.lending.rates import SCALE, scaled
from finportal.lending.terms import Terms

Cell = tuple[int, int, int]
"""A row as the arithmetic sees it: interest, principal and the balance after, in centavos."""


class NegativeAmortisation(LendingError):
    """An instalment of {instalment} centavos does not cover the first row's interest, {interest}.

    Choose a longer grace on principal, an earlier first due date or a shorter term.
    """


class Row(NamedTuple):
    """A row of a schedule, amounts in centavos.

    instalment = interest + principal; total = instalment + insurance;
    balance = opening - principal.
    """

    number: int
    due_date: date
    opening: Centavos
    interest: Centavos
    principal: Centavos
    instalment: Centavos
    insurance: Centavos
    total: Centavos
    balance: Centavos


class Premium(NamedTuple):
    """A row's insurance: a rate, also over SCALE, on the opening balance, and a fixed amount."""

    rate: Decimal
    scaled: int
    fixed: int
    unit: int

    def on(self, opening: int) -> int:
        """The premium in centavos, the rate's part rounded half-up: the third named place."""
        if not self.scaled:
            return self.fixed
        return half_up(opening * self.scaled, SCALE, self.unit) + self.fixed


class Schedule(NamedTuple):
    """Consecutive rows from number 1 on; `due` are their day numbers."""

    instalment: Centavos
    opening: Centavos
    due: tuple[int, ...]
    cells: tuple[Cell, ...]
    premium: Premium

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in full, made anew at each call."""
        made, opening = [], int(self.opening)
        numbered = enumerate(zip(self.due, self.cells, strict=False), 1)
        for number, (due, (interest, principal, balance)) in numbered:
            paid, insurance = interest + principal, self.premium.on(opening)
            amounts = (opening, interest, principal, paid, insurance, paid + insurance, balance)
            made.append(Row._make((number, date.fromordinal(due), *amounts)))
            opening = balance
        return tuple(made)

    @property
    def interest(self) -> Centavos:
        """The interest of all rows."""
        return Centavos(sum(interest for interest, _, _ in self.cells))

    @property
    def insurance(self) -> Centavos:
        """The insurance of all rows."""
        return Centavos(sum(row.insurance for row in self.rows))

    @property
    def total(self) -> Centavos:
        """All the borrower pays by these rows."""
        return Centavos(sum(row.total for row in self.rows))


def schedule(terms: Terms) -> Schedule:
    """The schedule of a contract at its agreed rate, as if no limit were certified.

    Raises NegativeAmortisation.
    """
    periods = periods_of(terms)
    instalment, cells = contract_cells(terms, periods)
    check_amortises(instalment, cells[periods.grace])
    if periods.deferred:
        cells = defer(cells, periods.deferred)
    due = periods.ends[1:]
    return Schedule(Centavos(instalment), terms.principal, due, tuple(cells), premium_of(terms))


def contract_cells(terms: Terms, periods: Periods) -> tuple[int, list[Cell]]:
    """The level instalment of a contract, and its rows, each with the interest it earns itself."""
    unit, balance = terms.conventions.unit, int(terms.principal)
    steps, last = agreed_monthly(terms.rate_ea), periods.rows - 1
    ahead = periods.factors(periods.grace, last, periods.begin(periods.grace), steps)
    instalment = level_instalment(
        balance, terms.balloon, ahead, terms.conventions.instalment_unit or unit
    )
    cells = level_cells(balance, instalment, ahead, unit)
    if periods.grace:
        waiting = periods.factors(0, periods.grace - 1, periods.opened, steps)
        cells = grace_cells(balance, waiting, unit) + cells
    return instalment, cells


def check_amortises(instalment: int, first: Cell) -> None:
    """Raise NegativeAmortisation if the first row with an instalment has no principal in it."""
    interest, principal, _ = first
    if not principal:
        raise NegativeAmortisation(instalment=instalment, interest=interest)


def premium_of(terms: Terms) -> Premium:
    """The insurance that the terms agree."""
    rate = terms.insurance_rate
    return Premium(rate, scaled(rate), terms.insurance_fixed, terms.conventions.unit)


def level_cells(balance: int, instalment: int, factors: Factors, unit: int) -> list[Cell]:
    """Rows of one instalment until the balance is gone; the last row takes all that is left.

    Interest is rounded half-up to `unit` row by row: the second named place. Where a row's interest
    exceeds the instalment nothing is added to the balance.
    """
    numerators = factors.numerators
    whole = factors.denominator * unit
    half = whole // 2
    cells = []
    for numerator in numerators[:-1]:
        interest = (balance * numerator + half) // whole * unit
        principal = instalment - interest
        if principal >= balance:
            break
        if principal > 0:
            balance -= principal
        else:
            principal = 0
        cells.append((interest, principal, balance))
    else:
        interest = (balance * numerators[-1] + half) // whole * unit
    cells.append((interest, balance, 0))
    return cells


def grace_cells(balance: int, factors: Factors, unit: int) -> list[Cell]:
    """Rows without principal."""
    return [
        (half_up(balance * numerator, factors.denominator, unit), 0, balance)
        for numerator in factors.numerators
    ]


def defer(cells: list[Cell], rows: int) -> list[Cell]:
    """The same rows, with the interest of the first ones waiting, bearing none, for the next."""
    waiting = sum(interest for interest, _, _ in cells[:rows])
    interest, principal, balance = cells[rows]
    still = [(0, principal, balance) for _, principal, balance in cells[:rows]]
    return [*still, (waiting + interest, principal, balance), *cells[rows + 1 :]]
