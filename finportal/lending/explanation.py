"""Explanations: the rules that figures come from, and a figure with its inputs and its rounding."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from finportal.lending.money import Centavos


class Rule(StrEnum):
    """The rules a figure can come from; the value says the rule in one line, with its source."""

    INSTALMENT = "(balance - balloon x v_n) / (v_1 + ... + v_n), v the discount factors"
    ROW_INTEREST = (
        "carry + principal not due x monthly rate x days / days of the period, each day at the "
        "lower of the agreed rate and the certified limit (Decreto 1074/2015 art. 2.2.2.35.8)"
    )
    ROW_PRINCIPAL = "instalment - interest at the agreed rate; the last row takes all that is left"
    ROW_INSURANCE = "opening balance x insurance rate + fixed premium"
    ACCRUED_INTEREST = "the current row's interest to this day, not yet due"
    LATE_INTEREST = (
        "overdue principal x daily equivalent of the lower of the late rate and the certified "
        "limit x days, simple, on principal alone (Decreto 1074/2015 art. 2.2.2.35.7)"
    )
    ALLOCATION = "the oldest row first, inside it by the contract's order (Codigo Civil art. 1653)"
    PAYOFF = "due + accrued interest + principal not due + premium - credit (Ley 2032/2020 art. 2)"


class Span(NamedTuple):
    """Days (start, end] on which `base` centavos bore `rate_ea`; `limited`: the law lowered it."""

    start: date
    end: date
    base: Centavos
    rate_ea: Decimal
    limited: bool

    @property
    def days(self) -> int:
        """The nights from start to end."""
        return (self.end - self.start).days


class Step(NamedTuple):
    """One figure: `result` is `exact` centavos rounded half-up to `unit` (0: not rounded) + `plus`.

    `inputs` are the other amounts and rates that the rule names; `row` is 0 where none applies.
    """

    rule: Rule
    on: date
    inputs: Mapping[str, Decimal | int | str]
    result: Centavos
    numerator: int
    denominator: int = 1
    unit: int = 0
    plus: int = 0
    row: int = 0
    spans: Sequence[Span] = ()

    @property
    def exact(self) -> Fraction:
        """The figure before rounding, in centavos."""
        return Fraction(self.numerator, self.denominator)
