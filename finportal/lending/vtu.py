"""The total unified cost (VTU): all that the borrower pays, as one effective annual rate.

It is the rate at which the rows, with insurance and charges, are worth the money received (Ley
1748/2014 art. 1). Time runs in months as the schedule does, so a credit without other costs and
with regular periods costs exactly its own rate, but for the rounding of its rows.
"""

from collections.abc import Sequence
from decimal import Context, Decimal, localcontext

from finportal.lending.errors import LendingError
from finportal.lending.money import ZERO, Centavos
from finportal.lending.periods import periods_of
from finportal.lending.rates import effective_rate
from finportal.lending.schedule import schedule
from finportal.lending.terms import Terms

_DIGITS = 40
_CLOSE_ENOUGH = Decimal("1e-24")


class NothingReceived(LendingError):
    """Charges of {upfront} centavos on the first day leave nothing of the {principal} lent."""


class CostTooHigh(LendingError):
    """The credit costs more than doubles every month: check its charges."""


def total_unified_cost(terms: Terms, upfront: Centavos = ZERO) -> Decimal:
    """The effective annual rate of all payments, `upfront` charges of the first day included.

    A Decimal fraction of one, exact to twenty digits. Raises NothingReceived, CostTooHigh and what
    `schedule` raises.
    """
    received = terms.principal - upfront
    if received <= 0:
        raise NothingReceived(upfront=upfront, principal=terms.principal)
    periods = periods_of(terms)
    payments = [Decimal(row.total) for row in schedule(terms).rows]
    with localcontext(Context(prec=_DIGITS)):
        length = periods.ends[1] - periods.ends[0]
        first = Decimal(periods.ends[1] - periods.opened) / length
        return effective_rate(_monthly(Decimal(received), payments, first))


def _monthly(received: Decimal, payments: Sequence[Decimal], first: Decimal) -> Decimal:
    """The monthly rate by bisection: the payments' worth only falls as the rate rises."""
    low, high = Decimal(0), Decimal(1)
    if _worth(high, payments, first) > received:
        raise CostTooHigh
    while high - low > _CLOSE_ENOUGH:
        middle = (low + high) / 2
        if _worth(middle, payments, first) > received:
            low = middle
        else:
            high = middle
    return low


def _worth(rate: Decimal, payments: Sequence[Decimal], first: Decimal) -> Decimal:
    discount = 1 / (1 + rate)
    worth = Decimal(0)
    for payment in reversed(payments):
        worth = payment + worth * discount
    return worth * discount**first
