"""Rates: equivalents at full precision, and the published figures, right and wrong."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.rates import (
    SCALE,
    NotARate,
    advance_from_arrears,
    arrears_from_advance,
    effective_from_nominal,
    effective_rate,
    nominal_rate,
    parse_rate,
    periodic_rate,
    plain,
    scaled,
    scaled_daily,
    scaled_growth,
    scaled_monthly,
)

from .builders import refused
from .strategies import rates_ea


def percent(rate: Decimal, places: str) -> str:
    return str((rate * 100).quantize(Decimal(places)))


def test_the_equivalents_of_22_percent() -> None:
    assert percent(periodic_rate(Decimal("0.22")), "1e-10") == "1.6708963873"
    assert percent(nominal_rate(Decimal("0.22")), "1e-10") == "20.0507566478"
    assert percent(periodic_rate(Decimal("0.22"), 365), "1e-10") == "0.0544945302"


def test_the_published_pair_of_nominal_and_effective() -> None:
    assert percent(effective_from_nominal(Decimal("0.131")), "0.01") == "13.92"


def test_published_errors_of_division_are_not_repeated() -> None:
    assert percent(periodic_rate(Decimal("0.3351")), "0.01") == "2.44"
    assert percent(effective_rate(Decimal("0.009")), "0.01") == "11.35"


def test_a_rate_in_advance_costs_more_in_arrears() -> None:
    assert percent(arrears_from_advance(Decimal("0.02")), "1e-6") == "2.040816"


@given(st.integers(0, 9999))
def test_advance_and_arrears_invert_each_other(basis: int) -> None:
    rate = Decimal(basis) / 20_000
    assert abs(advance_from_arrears(arrears_from_advance(rate)) - rate) < Decimal("1e-50")


@given(rates_ea, st.sampled_from([1, 2, 4, 12, 365]))
def test_there_and_back_gives_the_same_rate(rate: Decimal, periods: int) -> None:
    back = effective_rate(periodic_rate(rate, periods), periods)
    assert abs(back - rate) < Decimal("1e-50")
    back = effective_from_nominal(nominal_rate(rate, periods), periods)
    assert abs(back - rate) < Decimal("1e-50")


@given(rates_ea)
def test_scaled_rates_keep_forty_digits_and_never_fall_below(rate: Decimal) -> None:
    for number, periods in ((scaled_monthly(rate), 12), (scaled_daily(rate), 365)):
        excess = number - Fraction(periodic_rate(rate, periods)) * SCALE
        assert 0 <= excess < 1


def test_a_rate_without_last_zeros_keeps_every_digit() -> None:
    long = Decimal("0.245000000000000000000000000001")
    assert plain(long) == long
    assert str(plain(Decimal("0.2450"))) == "0.245"


def test_an_exact_rate_stays_exact() -> None:
    assert scaled(Decimal("0.0006")) == 6 * 10**36
    assert scaled_monthly(Decimal("0.126825030131969720661201")) == 10**38
    assert scaled_monthly(Decimal(0)) == scaled_daily(Decimal(0)) == 0


def test_a_year_of_growth_is_the_rate_itself() -> None:
    assert scaled_growth(Decimal("0.22"), 365) == SCALE * 122 // 100
    assert scaled_growth(Decimal("0.22"), 0) == SCALE


def test_the_ambient_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 6
        assert percent(periodic_rate(Decimal("0.2201")), "0.001") == "1.672"
        assert len(str(periodic_rate(Decimal("0.2201")))) > 50


def test_a_rate_is_read_as_typed() -> None:
    assert parse_rate(" 0.2450 ") == Decimal("0.2450")
    assert str(parse_rate("0.2450")) == "0.2450"


@pytest.mark.parametrize(
    "text", ["", "24.5%", "-0.1", "1e-1", "NaN", "Infinity", "0,22", ".22", "22", "10", "٠.٢٢"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with refused(NotARate, match=r"fraction of one"):
        parse_rate(text)
