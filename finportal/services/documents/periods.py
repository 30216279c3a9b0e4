"""The periods of statements: one for each month in which an instalment falls due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from finportal.lending import Terms
from finportal.lending.due_dates import due_date
from finportal.lending.events import Restructuring
from finportal.lending.holidays import business_days_before
from finportal.services.ledger import Credit

LEAD = 8
"""Business days between the cut-off and the due date.

The law gives the customer five (Decreto 1074/2015 art. 2.2.2.35.6); the rest is for issuing.
"""
LAWFUL_LEAD = 5

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days (`after`, `cutoff`] before the due date of a month; `after` None: the credit's first."""

    month: str
    after: date | None
    cutoff: date
    due_on: date


def period(credit: Credit, month: date) -> Period | None:
    """The period of the month that this day lies in; None before the first due date's month."""
    due_on = _due_in(credit, month)
    begins = credit.contract.begins
    if due_on is None or due_on <= begins:
        return None
    earlier = _due_in(credit, month.replace(day=1) - _DAY)
    after = max(_cutoff(earlier), begins) if earlier and earlier > begins else None
    return Period(f"{due_on:%Y-%m}", after, max(_cutoff(due_on), begins), due_on)


def periods(credit: Credit, today: date) -> Iterator[Period]:
    """The periods that are over, the newest first, back to the credit's first."""
    month = today + timedelta(days=31)
    first = max(credit.terms.first_due, credit.contract.begins).replace(day=1)
    while month >= first:
        found = period(credit, month)
        if found and found.cutoff < today:
            yield found
        month = month.replace(day=1) - _DAY


def in_time(issued_on: date, due_on: date) -> bool:
    """Whether five business days are left after the day of issue."""
    return issued_on <= business_days_before(due_on, LAWFUL_LEAD)


def _due_in(credit: Credit, month: date) -> date | None:
    terms = _in_force(credit, month)
    first = terms.first_due
    months = (month.year - first.year) * 12 + month.month - first.month
    return due_date(first, terms.anchor, months) if months >= 0 else None


def _in_force(credit: Credit, month: date) -> Terms:
    """The terms whose first due date has come by this month; new ones keep the old until then."""
    terms = credit.terms
    events = credit.standing(month).events
    for event in sorted(events, key=lambda event: event.value_date):
        if isinstance(event, Restructuring) and event.terms.first_due.replace(day=1) <= month:
            terms = event.terms
    return terms


@lru_cache(maxsize=4096)
def _cutoff(due_on: date) -> date:
    return business_days_before(due_on, LEAD)
