"""The level instalment: what, paid each period, brings the balance to the balloon in the last row.

A = (B - balloon x v_n) / (v_1 + ... + v_n), where v_k is the product of 1 / (1 + f_j) up to row k.
"""

from functools import lru_cache

from finportal.lending.money import half_up
from finportal.lending.periods import Factors

_PRECISE = 10**50


def level_instalment(balance: int, balloon: int, factors: Factors, unit: int) -> int:
    """The instalment in centavos, half-up to `unit`: the first named place of rounding."""
    numerator, denominator = instalment_fraction(balance, balloon, factors)
    return half_up(numerator, denominator, unit)


def instalment_fraction(balance: int, balloon: int, factors: Factors) -> tuple[int, int]:
    """The instalment in centavos before it is rounded, as a fraction."""
    numerators, below, level = factors
    first = numerators[0]
    if level:
        annuity, last = _level_discounts(numerators[-1], below, len(numerators) - 1)
    else:
        annuity, last = _discounts(numerators[1:], below)
    grown = balance * (below + first) * _PRECISE
    if balloon:
        grown -= balloon * last * below
    return grown, below * (_PRECISE + annuity)


@lru_cache(maxsize=4096)
def _level_discounts(numerator: int, denominator: int, rows: int) -> tuple[int, int]:
    return _discounts((numerator,) * rows, denominator)


def _discounts(numerators: tuple[int, ...], denominator: int) -> tuple[int, int]:
    """The sum of the discount factors and the last of them, over 10^50."""
    discount, total = _PRECISE, 0
    for numerator in numerators:
        discount = discount * denominator // (denominator + numerator)
        total += discount
    return total, discount
