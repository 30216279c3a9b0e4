"""Certified rates as they are stored: the legal limit of each month, only ever added to."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.models import Loan, RateCap
from finportal.services import ledger
from finportal.services.contracts import last_due_date
from finportal.services.days import bogota_day


class Cap(NamedTuple):
    """A certificate: rates as typed; `recorded_on` is the day it was loaded, None if it is not."""

    line: int
    valid_from: date
    valid_to: date
    ibc_ea: str
    cap_ea: str
    recorded_on: date | None = None

    @property
    def span(self) -> tuple[date, date]:
        """Its first and last day."""
        return self.valid_from, self.valid_to

    @property
    def days(self) -> str:
        """Its first and last day, in words."""
        return days(*self.span)

    @property
    def figures(self) -> tuple[Decimal, Decimal]:
        """What it says, however it is written."""
        return Decimal(self.ibc_ea), Decimal(self.cap_ea)

    def contradicts(self, other: "Cap") -> bool:
        """Whether both cover a day and say different things of it."""
        meets = self.valid_from <= other.valid_to and other.valid_from <= self.valid_to
        return meets and self.figures != other.figures


def held_otherwise(known: Iterable[Cap], cap: Cap) -> Cap | None:
    """A certificate that holds on a day of `cap` with other figures.

    `cap` itself if there is none but nothing is certified for one of its days; None if every day
    has its figures already. Of two that cover a day the one recorded later holds, as
    `lending.certified_rates` has it.
    """
    left = [cap.span]
    for one in sorted(known, key=lambda one: one.recorded_on or date.min, reverse=True):
        if any(first <= one.valid_to and one.valid_from <= last for first, last in left):
            if one.figures != cap.figures:
                return one
            left = [part for span in left for part in _outside(span, one)]
    return cap if left else None


def _outside(span: tuple[date, date], cap: Cap) -> Iterator[tuple[date, date]]:
    first, last = span
    if first < cap.valid_from:
        yield first, min(last, cap.valid_from - timedelta(days=1))
    if cap.valid_to < last:
        yield max(first, cap.valid_to + timedelta(days=1)), last


def beyond_a_gap(known: Sequence[Cap], new: Sequence[Cap]) -> list[tuple[Cap, str]]:
    """The new certificates that days without any would part from the known ones, and those days.

    Without known ones, from the earliest. The engine refuses every credit that meets such a day, as
    `lending.RateGap`.
    """
    start = min((cap.span for cap in known or new), default=None)
    if start is None:
        return []
    covered = _joined(sorted(cap.span for cap in [*known, *new]))
    first, last = next(span for span in covered if span[0] <= start[0] <= span[1])
    before = max((end for _, end in covered if end < first), default=first)
    after = min((begin for begin, _ in covered if begin > last), default=last)
    day = timedelta(days=1)
    return [
        (
            cap,
            days(before + day, first - day)
            if cap.valid_to < first
            else days(last + day, after - day),
        )
        for cap in new
        if cap.valid_to < first or cap.valid_from > last
    ]


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans in order, those that meet or follow each other made one."""
    joined: list[tuple[date, date]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


class Coverage(NamedTuple):
    """Which days have a certified limit: the first, the last, and what is missing, in sentences."""

    first: date
    last: date
    missing: tuple[str, ...]


LONGEST_PERIOD = timedelta(days=101)
"""From the day that a credit's interest runs from to its next due date, and a day more."""

_DISBURSED = select(func.min(Loan.disbursed_on)).where(Loan.opening_on.is_(None))
_TAKEN_OVER = (
    select(Loan.opening_on, Loan.disbursed_on, Loan.first_due_on, Loan.opening_principal > 0)
    .distinct()
    .where(Loan.disbursed_on < bindparam("first"), Loan.opening_on < bindparam("late"))
)


def days(first: date, last: date) -> str:
    """A span of days in words."""
    return f"{first}" if first == last else f"{first} to {last}"


def stored(session: Session) -> list[Cap]:
    """The certificate of each span that was recorded last."""
    columns = (RateCap.valid_from, RateCap.valid_to, RateCap.ibc_ea, RateCap.cap_ea)
    rows = session.execute(select(*columns, RateCap.recorded_at).order_by(RateCap.id))
    caps = (Cap(0, begins, ends, ibc, cap, bogota_day(at)) for begins, ends, ibc, cap, at in rows)
    return list({cap.span: cap for cap in caps}.values())


def add(session: Session, caps: Sequence[Cap], now: datetime) -> None:
    """Store certificates; copies made with fewer are true no more (`Projection.certificates`)."""
    if caps:
        rows = [
            {
                "valid_from": cap.valid_from,
                "valid_to": cap.valid_to,
                "ibc_ea": cap.ibc_ea,
                "cap_ea": cap.cap_ea,
                "recorded_at": now,
            }
            for cap in caps
        ]
        session.execute(insert(RateCap), rows)


def coverage(session: Session) -> Coverage | None:
    """How far rates are certified; None where no certificate is loaded. Raises CapsConflict."""
    count = session.scalar(select(func.count(RateCap.id)))
    if not count:
        return None
    rates = ledger.rates_of(session, count)
    between = [
        days(date.fromordinal(first), date.fromordinal(last)) for first, last in rates.gaps()[1:]
    ]
    missing = (*before(session), *(f"no rate is certified for {gap}" for gap in between))
    return Coverage(date.fromordinal(rates.spans[0][0]), rates.certified_to, missing)


def before(session: Session) -> tuple[str, ...]:
    """A sentence if a credit needs rates before the first certified day; none if none is loaded.

    The engine refuses such a credit, as `lending.RateGap`.
    """
    first = session.scalar(select(func.min(RateCap.valid_from)))
    needed = _first_needed(session, first) if first else None
    if first is None or needed is None or needed >= first:
        return ()
    only = f"but the first certified day is {first}: its figures cannot be shown"
    return (f"a credit needs rates from {needed} on, {only}",)


def _first_needed(session: Session, first: date) -> date | None:
    """The first day whose rate counts: the night after interest begins belongs to the next day.

    Of credits from other systems only those that may need a day before `first` are looked at.
    """
    disbursed = session.scalar(_DISBURSED)
    late = first + LONGEST_PERIOD
    starts = [disbursed] if disbursed else []
    for on, begun, first_due, owes in session.execute(_TAKEN_OVER, {"first": first, "late": late}):
        if on:
            starts.append((last_due_date(first_due, on) or begun) if owes else on)
    return min(starts) + timedelta(days=1) if starts else None
