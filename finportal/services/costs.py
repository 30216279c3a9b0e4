"""What a credit costs in all, and the limit that lowers its rate."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from finportal.lending import CertifiedRates, LendingError, Terms, total_unified_cost


@lru_cache(maxsize=2048)
def yearly_cost(terms: Terms) -> Decimal | None:
    """The total unified cost (VTU) of a contract as an effective annual rate, a fraction of one.

    With its insurance, without fees that were never foreseen (Ley 1748/2014 art. 1). None where no
    such rate exists. Remembered: terms never change, and the root is slow to find.
    """
    try:
        return total_unified_cost(terms)
    except LendingError:
        return None


def certified_limit(rates: CertifiedRates, day: date) -> Decimal | None:
    """The certified limit of a day as a fraction of one; None where none is known.

    After the last certified day its limit stays, provisionally.
    """
    known = [cap for first, _, cap in rates.spans if first <= day.toordinal()]
    return known[-1] if known and known[-1].is_finite() else None


def limit_below(rates: CertifiedRates, rate_ea: Decimal, day: date) -> Decimal | None:
    """The certified limit of a day where it is below an agreed E.A., else None."""
    limit = certified_limit(rates, day)
    return limit if limit is not None and limit < rate_ea else None
