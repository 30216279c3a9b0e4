"""Parts: an amount of debt or money split by what it is for."""

from collections.abc import Iterable
from operator import add, sub
from typing import NamedTuple

from finportal.lending.conventions import Part
from finportal.lending.money import ZERO, Centavos


class Parts(NamedTuple):
    """An amount in centavos by what it is for, in the order of `Part`."""

    fees: Centavos = ZERO
    insurance: Centavos = ZERO
    late_interest: Centavos = ZERO
    interest: Centavos = ZERO
    principal: Centavos = ZERO

    @property
    def total(self) -> Centavos:
        """The five parts together."""
        return Centavos(sum(self))


NOTHING = Parts()
FEES, INSURANCE, LATE, INTEREST, PRINCIPAL = range(5)
INDEX = {part: index for index, part in enumerate(Part)}


def only(part: int, amount: int) -> Parts:
    """An amount of one part."""
    amounts = [0, 0, 0, 0, 0]
    amounts[part] = amount
    return Parts._make(amounts)


def raised(parts: Parts, part: int, amount: int) -> Parts:
    """The same amounts with one part raised."""
    amounts: list[int] = list(parts)
    amounts[part] += amount
    return Parts._make(amounts)


def plus(one: Parts, other: Parts) -> Parts:
    """Two amounts added part by part."""
    return Parts._make(map(add, one, other))


def minus(one: Parts, other: Parts) -> Parts:
    """What is left of the first amount, part by part."""
    return Parts._make(map(sub, one, other))


def add_up(amounts: Iterable[Parts]) -> Parts:
    """Any number of amounts added part by part."""
    return Parts._make(map(sum, zip(NOTHING, *amounts, strict=True)))
