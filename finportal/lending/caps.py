"""Certified limits: the highest rate the law allows on each day, and a rate held to them.

The Superintendencia Financiera certifies the current bank rate (IBC) of a month; interest above one
and a half times it is lost (Codigo de Comercio art. 884, Ley 45/1990 art. 72). The limit also binds
the ordinary interest of fixed-rate credits, from the day it is certified and without any request
(Decreto 1074/2015 art. 2.2.2.35.8).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

from finportal.lending.errors import LendingError
from finportal.lending.rate_steps import RateGap, RateSteps, rate_steps
from finportal.lending.rates import check_rate, scaled_daily, scaled_monthly

_HUNDREDTH_OF_PERCENT = Decimal("0.0001")
_ENDLESS = Decimal("Infinity")
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


class CapMonthInverted(LendingError):
    """The certificate ends on {valid_to}, before it begins on {valid_from}."""


class CapNotFromIbc(LendingError):
    """The limit {cap} is not one and a half times the IBC {ibc} ({expected})."""


class CapsConflict(LendingError):
    """Two certificates recorded on {recorded_on} give {day} different limits."""


class NoLateRate(LendingError):
    """The contract agrees the highest certified late rate, but no limit is certified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedRate:
    """A certificate: its first and last day, the limit as published and, if known, the IBC.

    `recorded_on` is the day it was entered; where two overlap, the later entry holds.
    Raises CapMonthInverted, NotARate.
    """

    valid_from: date
    valid_to: date
    cap_ea: Decimal
    ibc_ea: Decimal | None = None
    recorded_on: date = date.min

    def __post_init__(self) -> None:
        """Check the order of the days and the rates."""
        if self.valid_to < self.valid_from:
            raise CapMonthInverted(valid_from=self.valid_from, valid_to=self.valid_to)
        check_rate(self.cap_ea)
        if self.ibc_ea is not None:
            check_rate(self.ibc_ea)


def usury_cap(ibc: Decimal) -> Decimal:
    """One and a half times the IBC, half-up to the hundredth of a percent, as it is published."""
    with localcontext(Context(prec=28, rounding=ROUND_HALF_UP)):
        return (ibc * 3 / 2).quantize(_HUNDREDTH_OF_PERCENT)


def check_cap(ibc: Decimal, cap: Decimal) -> None:
    """Raise CapNotFromIbc unless `cap` is the limit that follows from `ibc`."""
    if usury_cap(ibc) != cap:
        raise CapNotFromIbc(cap=cap, ibc=ibc, expected=usury_cap(ibc))


@dataclass(frozen=True, slots=True, eq=False)
class CertifiedRates:
    """The certificates of one credit modality, resolved to one limit a day.

    `spans` are (first day number, last day number, limit), in order and without overlap.
    """

    certificates: frozenset[CertifiedRate]
    spans: tuple[tuple[int, int, Decimal], ...]

    @property
    def certified_to(self) -> date:
        """The last certified day; after it the last limit is only provisional. Raises RateGap."""
        if not self.spans:
            raise RateGap(day="any day")
        return date.fromordinal(self.spans[-1][1])

    def known_on(self, day: date) -> "CertifiedRates":
        """The table as it stood at the end of `day`."""
        return certified_rates(rate for rate in self.certificates if rate.recorded_on <= day)

    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The spans of days before the end of the last certificate that none covers."""
        found, covered = [], _FIRST_DAY - 1
        for first, last, _ in self.spans or [(_LAST_DAY + 1, _LAST_DAY, _ENDLESS)]:
            if first > covered + 1:
                found.append((covered + 1, first - 1))
            covered = last
        return tuple(found)


def certified_rates(certificates: Iterable[CertifiedRate]) -> CertifiedRates:
    """The table of these certificates, in any order, repeats included. Raises CapsConflict."""
    known = frozenset(certificates)
    spans: list[tuple[int, int, CertifiedRate]] = []
    for rate in sorted(known, key=lambda rate: (rate.recorded_on, rate.valid_from)):
        spans = _laid_over(spans, rate)
    spans.sort(key=lambda span: span[0])
    return CertifiedRates(known, tuple((first, last, rate.cap_ea) for first, last, rate in spans))


def _laid_over(
    spans: list[tuple[int, int, CertifiedRate]], rate: CertifiedRate
) -> list[tuple[int, int, CertifiedRate]]:
    first, last = rate.valid_from.toordinal(), rate.valid_to.toordinal()
    kept = [(first, last, rate)]
    for start, end, older in spans:
        meets = start <= last and first <= end
        if meets and older.recorded_on == rate.recorded_on and older.cap_ea != rate.cap_ea:
            raise CapsConflict(
                recorded_on=rate.recorded_on, day=date.fromordinal(max(start, first))
            )
        if start < min(first, end + 1):
            kept.append((start, min(end, first - 1), older))
        if end > max(last, start - 1):
            kept.append((max(start, last + 1), end, older))
    return kept


UNLIMITED = CertifiedRates(frozenset(), ((_FIRST_DAY, _LAST_DAY, _ENDLESS),))
"""No limit at all, said on purpose; a table without certificates raises RateGap instead."""


@lru_cache(maxsize=1024)
def limited_monthly(rates: CertifiedRates, effective: Decimal) -> RateSteps:
    """Each day's monthly rate: the lower E.A. of the agreed one and the day's limit."""
    steps = [(first, min(effective, cap)) for first, _, cap in rates.spans]
    return _steps([(first, rate, scaled_monthly(rate)) for first, rate in steps], rates)


@lru_cache(maxsize=1024)
def limited_daily(rates: CertifiedRates, effective: Decimal | None) -> RateSteps:
    """Each day's late rate (daily equivalent of the lower E.A.); None agrees the limit itself.

    Raises NoLateRate if None meets UNLIMITED.
    """
    agreed = _ENDLESS if effective is None else effective
    steps = [(first, min(agreed, cap)) for first, _, cap in rates.spans]
    if any(rate.is_infinite() for _, rate in steps):
        raise NoLateRate
    return _steps([(first, rate, scaled_daily(rate)) for first, rate in steps], rates)


@lru_cache(maxsize=1024)
def agreed_monthly(effective: Decimal) -> RateSteps:
    """The agreed monthly rate on every day, as if there were no limit."""
    return rate_steps([(_FIRST_DAY, effective, scaled_monthly(effective))])


def _steps(steps: list[tuple[int, Decimal, int]], rates: CertifiedRates) -> RateSteps:
    return rate_steps(steps or [(_FIRST_DAY, Decimal(0), 0)], rates.gaps())
