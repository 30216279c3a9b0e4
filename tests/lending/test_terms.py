"""Terms and conventions: what cannot be agreed is refused by name."""

from datetime import date
from decimal import Decimal

import pytest

from finportal.lending.conventions import (
    WATERFALL,
    Conventions,
    LimitNegative,
    OrderIncomplete,
    Part,
)
from finportal.lending.due_dates import AnchorMismatch
from finportal.lending.money import AmountNegative, AmountNotPositive
from finportal.lending.rates import NotARate
from finportal.lending.terms import (
    BalloonTooLarge,
    FirstDueTooEarly,
    GraceTooLong,
    TermOutOfRange,
)

from .builders import example, pesos, refused


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"principal": 0}, AmountNotPositive),
        ({"principal": -100}, AmountNotPositive),
        ({"principal": Decimal(100)}, AmountNotPositive),
        ({"rate_ea": Decimal("NaN")}, NotARate),
        ({"rate_ea": Decimal("Infinity")}, NotARate),
        ({"rate_ea": Decimal(22)}, NotARate),
        ({"rate_ea": Decimal("-0.01")}, NotARate),
        ({"late_rate_ea": Decimal(30)}, NotARate),
        ({"insurance_rate": Decimal(-1)}, NotARate),
        ({"insurance_fixed": -1}, AmountNegative),
        ({"balloon": -1}, AmountNegative),
        ({"balloon": pesos(30_000_000)}, BalloonTooLarge),
        ({"instalments": 0}, TermOutOfRange),
        ({"instalments": 601}, TermOutOfRange),
        ({"instalments": Decimal(12)}, TermOutOfRange),
        ({"first_due_on": date(2025, 10, 15)}, FirstDueTooEarly),
        ({"anchor_day": 14}, AnchorMismatch),
        ({"grace_principal": 60}, GraceTooLong),
        ({"grace_principal": 1, "grace_interest": 2}, GraceTooLong),
        ({"grace_principal": -1, "grace_interest": -1}, GraceTooLong),
    ],
)
def test_impossible_terms_are_refused(changes: dict[str, object], error: type[ValueError]) -> None:
    with refused(error):
        example(**changes)


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("principal", "The principal"),
        ("insurance_fixed", "The fixed premium"),
        ("balloon", "The balloon"),
    ],
)
def test_a_refused_amount_is_named(field: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        example(**{field: pesos(-1)})


def test_the_first_due_date_defaults_to_a_month_after_disbursement() -> None:
    terms = example(disbursed_on=date(2026, 1, 31), first_due_on=None)
    assert (terms.first_due, terms.anchor) == (date(2026, 2, 28), 31)


def test_the_anchor_defaults_to_the_first_due_date() -> None:
    assert example().anchor == 15


def test_an_order_of_allocation_names_every_part_once() -> None:
    for order in (WATERFALL[:4], (*WATERFALL[:4], Part.FEES)):
        with refused(OrderIncomplete, match="five parts"):
            Conventions(allocation_order=order)


def test_limits_and_units_are_checked() -> None:
    with refused(LimitNegative, match="grace"):
        Conventions(grace_days=-1)
    with refused(LimitNegative, match="reclassification"):
        Conventions(reclassify_days=-1)
    with refused(AmountNotPositive, match="unit"):
        Conventions(unit=pesos(0))
    with refused(AmountNotPositive, match="instalment"):
        Conventions(instalment_unit=pesos(-1))
