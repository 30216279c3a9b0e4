"""What a credit costs in all, remembered: terms never change, and the root is slow to find."""

from decimal import Decimal
from functools import lru_cache

from finportal.lending import LendingError, Terms, total_unified_cost


@lru_cache(maxsize=2048)
def yearly_cost(terms: Terms) -> Decimal | None:
    """The total unified cost (VTU) of a contract as an effective annual rate, a fraction of one.

    With its insurance, without fees that were never foreseen (Ley 1748/2014 art. 1). None where no
    such rate exists.
    """
    try:
        return total_unified_cost(terms)
    except LendingError:
        return None
