"""Periods: the spans a credit's rows cover, and the interest one peso earns in any part of one."""

from datetime import date
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from finportal.lending.conventions import FirstPeriod
from finportal.lending.day_counts import LINEAR_IN_DAYS, DayCount, elapsed, month_base, night_weight
from finportal.lending.due_dates import boundaries
from finportal.lending.rate_steps import RateSteps
from finportal.lending.rates import SCALE, scaled_growth
from finportal.lending.terms import Terms

_MONTH, _EFF_365 = DayCount.MONTH, DayCount.EFF_365


class Factors(NamedTuple):
    """Interest per peso of consecutive rows, as numerators over one denominator.

    `level` says that all but the first are equal.
    """

    numerators: tuple[int, ...]
    denominator: int
    level: bool


class Periods(NamedTuple):
    """The rows of a terms version. Row k (from 0) is due on day number `ends[k + 1]`.

    Its regular period begins on `ends[k]`; the first one begins on `opened` instead. `grace` and
    `deferred` are the first rows without principal, and those of them without interest; `due` is
    `ends` without the first.
    """

    opened: int
    ends: tuple[int, ...]
    day_count: DayCount
    first_count: DayCount
    grace: int
    deferred: int
    due: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows the plan has."""
        return len(self.ends) - 1

    def begin(self, row: int) -> int:
        """The day number from which the row bears interest."""
        return self.ends[row] if row else self.opened

    def factor(self, row: int, a: int, b: int, steps: RateSteps) -> tuple[int, int]:
        """Interest per peso of the nights from a to b inside the row, as an exact fraction.

        Linear conventions: the day's monthly rate x elapsed / month base. eff/365: compound growth.
        Raises RateGap.
        """
        count = self.day_count if row else self.first_count
        if count is _EFF_365:
            return _growth(steps, a, b) - SCALE, SCALE
        month_days = self.ends[row + 1] - self.ends[row]
        if count is _MONTH:
            return steps.between(a, b), month_days * SCALE
        base = month_base(count, month_days) * SCALE
        if count in LINEAR_IN_DAYS:
            return steps.between(a, b) * night_weight(count), base
        return _calendar_days(count, self.begin(row), steps, a, b), base

    def factors(self, row: int, last: int, since: int, steps: RateSteps) -> Factors:
        """The factors of rows `row` to `last` at one rate, the first from day number `since` on."""
        count = self.day_count if row else self.first_count
        if since == self.ends[row] and count is self.day_count is _MONTH:
            return _regular(steps.scaled[0], last - row + 1)
        first, denominator = self.factor(row, since, self.ends[row + 1], steps)
        if self.day_count is _MONTH:
            whole = steps.scaled[0] * (denominator // SCALE)
            return Factors((first,) + (whole,) * (last - row), denominator, level=True)
        spans = zip(
            range(row + 1, last + 1), self.ends[row + 1 :], self.ends[row + 2 :], strict=False
        )
        rest = [self.factor(k, a, b, steps) for k, a, b in spans]
        return _over_one_denominator([(first, denominator), *rest])


@lru_cache(maxsize=2048)
def _regular(rate: int, rows: int) -> Factors:
    return Factors((rate,) * rows, SCALE, level=True)


def periods_of(terms: Terms) -> Periods:
    """The periods of a contract, with its choice for the first one applied."""
    choices, grace = terms.conventions, (terms.grace_principal, terms.grace_interest)
    dates = (terms.disbursed_on, terms.first_due, terms.anchor, terms.instalments)
    return _periods(dates, choices.day_count, choices.first_period, grace)


@lru_cache(maxsize=2048)
def _periods(
    dates: tuple[date, date, int, int],
    count: DayCount,
    first: FirstPeriod,
    waiting: tuple[int, int],
) -> Periods:
    disbursed, due, anchor, rows = dates
    opened, (grace, deferred) = disbursed.toordinal(), waiting
    if first is not FirstPeriod.SEPARATE_ROW:
        own = count if first is FirstPeriod.AS_DAY_COUNT else DayCount(first)
        ends = boundaries(due, anchor, 1, rows)
        return Periods(opened, ends, count, own, grace, deferred, ends[1:])
    extra = int(opened < boundaries(due, anchor, 1, 0)[0])
    ends, waits = boundaries(due, anchor, 1 + extra, rows), deferred and deferred + extra
    return Periods(opened, ends, count, count, grace + extra, waits, ends[1:])


def _growth(steps: RateSteps, a: int, b: int) -> int:
    """What a peso grows to, over SCALE. Growth multiplies, so equal rates never show their seam."""
    grown = SCALE
    for start, end, effective, _ in steps.pieces(a, b):
        grown = grown * scaled_growth(effective, end - start) // SCALE
    return grown


def _calendar_days(count: DayCount, begin: int, steps: RateSteps, a: int, b: int) -> int:
    """Elapsed time is measured from the period's start, so the parts of a period add up to it."""
    start = date.fromordinal(begin)
    return sum(
        scaled
        * (elapsed(count, start, date.fromordinal(y)) - elapsed(count, start, date.fromordinal(x)))
        for x, y, _, scaled in steps.pieces(a, b)
    )


def _over_one_denominator(fractions: list[tuple[int, int]]) -> Factors:
    common = lcm(*{below for _, below in fractions})
    return Factors(
        tuple(above * (common // below) for above, below in fractions), common, level=False
    )
