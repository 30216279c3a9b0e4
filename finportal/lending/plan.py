"""The plan in force: how the principal falls due, and what each row charges when it does.

Rows keep the principal that the agreed rate gives them. Where a certified limit lowers a row's
interest, its instalment falls, or, by contract, the principal rises by the same amount.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from finportal.lending.annuity import level_instalment
from finportal.lending.caps import CertifiedRates, agreed_monthly, limited_monthly
from finportal.lending.conventions import CapSaving, CapTest, PayoffInsurance
from finportal.lending.events import Effect
from finportal.lending.money import half_up, make
from finportal.lending.periods import Factors, Periods, periods_of
from finportal.lending.premiums import Premium, premium_of
from finportal.lending.rate_steps import RateSteps
from finportal.lending.schedule import (
    Cell,
    check_amortises,
    contract_cells,
    grace_cells,
    level_cells,
)
from finportal.lending.terms import Terms


class Position(NamedTuple):
    """Where the principal not yet due stands: before `row` falls due, at day number `since`.

    `since` is the day from which it bears interest, `carry` the interest accrued before and unpaid.
    `planned_since` is where the row began, or was last planned anew.
    """

    row: int
    balance: int
    since: int
    planned_since: int
    carry: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A terms version at work. Rows are counted from 0; `number` is what row 0 is called.

    `cells` are the rows from `first` on, at the agreed rate; `limitless`: no limit ever lowers it.
    """

    terms: Terms
    periods: Periods
    agreed: RateSteps
    limited: RateSteps
    limitless: bool
    premium: Premium
    unit: int
    instalment: int
    cells: tuple[Cell, ...]
    first: int
    number: int

    @property
    def last_row(self) -> int:
        """The row that takes all that is left."""
        return self.first + len(self.cells) - 1

    @property
    def instalment_unit(self) -> int:
        """What the instalment is rounded to."""
        return self.terms.conventions.instalment_unit or self.unit

    def due(self, row: int) -> int:
        """The day number on which a row falls due."""
        return self.periods.ends[row + 1]

    def limits(self, row: int) -> RateSteps:
        """The rates the row is charged at, under the contract's way to test the limit."""
        if self.terms.conventions.cap_test is CapTest.DAILY:
            return self.limited
        due = self.due(row)
        _, _, effective, _ = next(self.limited.pieces(due - 1, due))
        return agreed_monthly(effective)


def plan_for(terms: Terms, rates: CertifiedRates, number: int = 1) -> Plan:
    """The plan of a contract on the day it begins. Raises NegativeAmortisation."""
    plan = contract_plan(terms, rates, number)
    check_amortises(plan.instalment, plan.cells[plan.periods.grace])
    return plan


def contract_plan(terms: Terms, rates: CertifiedRates, number: int = 1) -> Plan:
    """The plan of a contract, even of one that would not amortise from its beginning."""
    periods = periods_of(terms)
    instalment, cells = contract_cells(terms, periods)
    limited = limited_monthly(rates, terms.rate_ea)
    return Plan(
        terms=terms,
        periods=periods,
        agreed=agreed_monthly(terms.rate_ea),
        limited=limited,
        limitless=limited.effective == (terms.rate_ea,),
        premium=premium_of(terms),
        unit=terms.conventions.unit,
        instalment=instalment,
        cells=tuple(cells),
        first=0,
        number=number,
    )


def begin(plan: Plan) -> Position:
    """The position on the day of disbursement."""
    opened = plan.periods.opened
    return Position(0, plan.terms.principal, opened, opened, 0)


def accrued(plan: Plan, position: Position, day: int) -> int:
    """Interest earned and not yet due: carry + R(principal not due x factor), a formula of the day.

    The rounding is the fourth named place; it is cumulative, so it never drifts. Raises RateGap.
    """
    row, balance, since, _, carry = position
    if not balance or day <= since:
        return carry
    above, below = plan.periods.factor(row, since, day, plan.limits(row))
    return carry + half_up(balance * above, below, plan.unit)


def fall_due(plan: Plan, position: Position) -> tuple[int, int, Position]:
    """Let the position's row fall due: the interest earned, the principal planned, what follows.

    Raises RateGap.
    """
    row, balance, since, planned_since, carry = position
    due = plan.periods.ends[row + 1]
    interest, principal, _ = plan.cells[row - plan.first]
    if plan.limitless and since == planned_since:
        if since < plan.limited.sound_from:
            plan.limited.check(since, due)
        interest += carry
    else:
        interest = accrued(plan, position, due)
        if plan.terms.conventions.cap_saving is CapSaving.PRINCIPAL:
            principal = _principal(plan, position, due)
    if row < plan.periods.deferred:
        return 0, 0, make(Position, (row + 1, balance, due, due, interest))
    return interest, principal, make(Position, (row + 1, balance - principal, due, due, 0))


def _principal(plan: Plan, position: Position, due: int) -> int:
    """The principal of a row whose instalment stays when a limit lowers its interest."""
    row, balance, _, planned_since, _ = position
    if row < plan.periods.grace or row >= plan.last_row:
        return balance if row >= plan.last_row else 0
    above, below = plan.periods.factor(row, planned_since, due, plan.limits(row))
    level = plan.instalment - half_up(balance * above, below, plan.unit)
    return min(max(level, 0), balance)


def replanned(plan: Plan, position: Position, effect: Effect) -> Plan:
    """The plan after a prepayment: the same instalment for fewer rows, or a lower one."""
    if not position.balance:
        return plan
    instalment = plan.instalment
    if effect is Effect.REDUCE_INSTALMENT:
        instalment = min(instalment, _solve(plan, position))
    return _from(plan, position, instalment)


def resumed(plan: Plan, position: Position, instalment: int | None) -> Plan:
    """The plan of a migrated credit, with its own instalment or one solved for the rows left.

    Raises NegativeAmortisation.
    """
    going_on = _from(plan, position, instalment or _solve(plan, position))
    check_amortises(going_on.instalment, going_on.cells[max(plan.periods.grace - position.row, 0)])
    return going_on


def payoff_premium(plan: Plan, position: Position, day: int) -> int:
    """The premium of the broken period that a payoff on `day` carries, as the contract chooses."""
    choice = plan.terms.conventions.payoff_insurance
    start = plan.periods.begin(position.row) if position.balance else day
    if choice is PayoffInsurance.NONE or day <= start:
        return 0
    premium = plan.premium.on(position.balance)
    if choice is PayoffInsurance.FULL:
        return premium
    return half_up(premium * (day - start), plan.due(position.row) - start, plan.unit)


def paying_factors(plan: Plan, position: Position) -> Factors:
    """The factors of the rows with principal that are left."""
    first = max(position.row, plan.periods.grace)
    since = position.planned_since if first == position.row else plan.periods.begin(first)
    return plan.periods.factors(first, plan.last_row, since, plan.agreed)


def _solve(plan: Plan, position: Position) -> int:
    balloon = min(plan.terms.balloon, position.balance)
    return level_instalment(
        position.balance, balloon, paying_factors(plan, position), plan.instalment_unit
    )


def _from(plan: Plan, position: Position, instalment: int) -> Plan:
    """The plan with the rows from the position on at this instalment."""
    cells = level_cells(position.balance, instalment, paying_factors(plan, position), plan.unit)
    if position.row < plan.periods.grace:
        last = plan.periods.grace - 1
        waiting = plan.periods.factors(position.row, last, position.planned_since, plan.agreed)
        cells = grace_cells(position.balance, waiting, plan.unit) + cells
    return replace(plan, instalment=instalment, cells=tuple(cells), first=position.row)
