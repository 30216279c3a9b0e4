"""The schedule: level rows, interest first, and the residue of all rounding in the last one."""

from datetime import date
from itertools import count
from typing import NamedTuple

from finportal.lending.annuity import level_instalment
from finportal.lending.caps import agreed_monthly
from finportal.lending.errors import LendingError
from finportal.lending.money import Centavos, half_up, make
from finportal.lending.periods import Factors, Periods, periods_of
from finportal.lending.premiums import Premium, premium_of
from finportal.lending.terms import Terms

Cell = tuple[int, int, int]
"""A row as the arithmetic sees it: interest, principal and the balance after, in centavos."""


_NO_CELL = (-1, 0, 0)


class NegativeAmortisation(LendingError):
    """The instalment, {instalment} centavos, is no more than its first row's interest, {interest}.

    Nothing would be repaid with it. Where a long first period is the reason, choose a separate row
    for its broken days, a grace on principal or an earlier first due date; else a shorter term.
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
        openings = [self.opening, *(balance for _, _, balance in self.cells)]
        columns = zip(
            count(1),
            map(date.fromordinal, self.due),
            openings,
            self.premium.each(openings),
            self.cells,
            strict=False,
        )
        return tuple(
            [
                make(
                    Row,
                    (
                        number,
                        due,
                        opening,
                        interest,
                        principal,
                        paid := interest + principal,
                        insurance,
                        paid + insurance,
                        balance,
                    ),
                )
                for number, due, opening, insurance, (interest, principal, balance) in columns
            ]
        )

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
    figures = (instalment, terms.principal, periods.due, tuple(cells), premium_of(terms))
    return make(Schedule, figures)


def contract_cells(terms: Terms, periods: Periods) -> tuple[int, list[Cell]]:
    """The level instalment of a contract, and its rows, each with the interest it earns itself."""
    unit, balance, grace = terms.conventions.unit, terms.principal, periods.grace
    steps, last = agreed_monthly(terms.rate_ea), len(periods.ends) - 2
    ahead = periods.factors(grace, last, periods.begin(grace), steps)
    instalment = level_instalment(
        balance, terms.balloon, ahead, terms.conventions.instalment_unit or unit
    )
    cells = level_cells(balance, instalment, ahead, unit)
    if grace:
        waiting = periods.factors(0, grace - 1, periods.opened, steps)
        cells = grace_cells(balance, waiting, unit) + cells
    return instalment, cells


def check_amortises(instalment: int, first: Cell) -> None:
    """Raise NegativeAmortisation if the first row with an instalment has no principal in it."""
    interest, principal, _ = first
    if not principal:
        raise NegativeAmortisation(instalment=instalment, interest=interest)


def level_cells(balance: int, instalment: int, factors: Factors, unit: int) -> list[Cell]:
    """Rows of one instalment until the balance is gone; the last row takes all that is left.

    Interest is rounded half-up to `unit` row by row: the second named place. Where a row's interest
    exceeds the instalment nothing is added to the balance.
    """
    if factors.level and (cells := _steady_cells(balance, instalment, factors, unit)):
        return cells
    return _guarded_cells(balance, instalment, factors, unit)


def _steady_cells(balance: int, instalment: int, factors: Factors, unit: int) -> list[Cell]:
    """The rows at equal factors; none unless all but the last pay principal and leave some.

    Factors are multiples of 2^-bits here, taken upwards. What that adds to an interest is less than
    1 / (2 x whole), and the interest plus a half is a multiple of it: no rounding ever changes.
    """
    numerators, denominator, _ = factors
    whole = denominator * unit
    bits = (2 * whole * balance).bit_length()
    share, half = -(-(numerators[-1] << bits) // whole), 1 << bits >> 1
    cells: list[Cell] = []
    add, still = cells.append, len(numerators) - 1
    if numerators[0] != numerators[-1]:
        first = -(-(numerators[0] << bits) // whole)
        interest = (balance * first + half >> bits) * unit
        balance -= instalment - interest
        add((interest, instalment - interest, balance))
        still -= 1
    grown = balance * share + half
    for _ in range(still):
        interest = (grown >> bits) * unit
        principal = instalment - interest
        balance -= principal
        grown -= principal * share
        add((interest, principal, balance))
    if balance <= 0 or max(cells[:2], default=_NO_CELL)[0] >= instalment:
        return []
    add(((grown >> bits) * unit, balance, 0))
    return cells


def _guarded_cells(balance: int, instalment: int, factors: Factors, unit: int) -> list[Cell]:
    """The rows at any factors and any instalment."""
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
