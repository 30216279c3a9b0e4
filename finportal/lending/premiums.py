"""Premiums: the insurance of a row, a rate on its opening balance and a fixed amount beside it."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from finportal.lending.rates import SCALE, plain, scaled
from finportal.lending.terms import Terms


class Premium(NamedTuple):
    """A row's insurance: a rate, also over SCALE, on the opening balance, and a fixed amount.

    `whole` is SCALE x unit.
    """

    rate: Decimal
    scaled: int
    fixed: int
    unit: int
    whole: int

    def on(self, opening: int) -> int:
        """The premium in centavos, the rate's part rounded half-up: the third named place."""
        _, scaled, fixed, unit, whole = self
        if not scaled:
            return fixed
        return (opening * scaled + whole // 2) // whole * unit + fixed

    def each(self, openings: Sequence[int]) -> list[int]:
        """The premium on each opening balance."""
        _, scaled, fixed, unit, whole = self
        if not scaled:
            return [fixed] * len(openings)
        half = whole // 2
        return [(opening * scaled + half) // whole * unit + fixed for opening in openings]


def premium_of(terms: Terms) -> Premium:
    """The insurance that the terms agree."""
    return premium(terms.insurance_rate, terms.insurance_fixed, terms.conventions.unit)


@lru_cache(maxsize=1024)
def premium(rate: Decimal, fixed: int, unit: int) -> Premium:
    """The insurance at a rate on the opening balance, and a fixed amount in centavos."""
    return Premium(plain(rate), scaled(rate), fixed, unit, SCALE * unit)
