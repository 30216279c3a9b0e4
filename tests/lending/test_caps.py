"""Certified limits: the table, its gaps and corrections, and rates held to it."""

from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.caps import (
    UNLIMITED,
    CapMonthInverted,
    CapNotFromIbc,
    CapsConflict,
    CertifiedRate,
    NoLateRate,
    certified_rates,
    check_cap,
    limited_daily,
    limited_monthly,
    usury_cap,
)
from finportal.lending.rate_steps import RateGap
from finportal.lending.rates import NotARate, scaled_daily, scaled_monthly

from .builders import month, published, refused
from .strategies import caps, rates_ea, table


@pytest.mark.parametrize(
    ("ibc", "cap"), [("0.1891", "0.2837"), ("0.1847", "0.2771"), ("0.4375", "0.6563")]
)
def test_the_limit_is_one_and_a_half_times_the_ibc(ibc: str, cap: str) -> None:
    assert usury_cap(Decimal(ibc)) == Decimal(cap)
    check_cap(Decimal(ibc), Decimal(cap))
    lower = Decimal(cap) - Decimal("0.0001")
    with refused(CapNotFromIbc, match=cap) as caught:
        check_cap(Decimal(ibc), lower)
    assert caught.value.facts == {"cap": lower, "ibc": Decimal(ibc), "expected": Decimal(cap)}


def test_the_limit_is_found_under_any_decimal_context() -> None:
    with localcontext() as context:
        context.prec, context.rounding = 3, ROUND_DOWN
        assert usury_cap(Decimal("0.1891")) == Decimal("0.2837")


def days(*texts: str) -> list[int]:
    return [date.fromisoformat(text).toordinal() for text in texts]


def test_a_night_belongs_to_the_day_in_which_it_ends() -> None:
    steps = limited_daily(published(), None)
    start, end = days("2026-01-15", "2026-02-09")
    january, february = scaled_daily(Decimal("0.2436")), scaled_daily(Decimal("0.2523"))
    assert steps.between(start, end) == 16 * january + 9 * february
    assert list(steps.pieces(start, end)) == [
        (start, start + 16, Decimal("0.2436"), january),
        (start + 16, end, Decimal("0.2523"), february),
    ]


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_a_span_from_just_before_a_change(before: int) -> None:
    steps = limited_daily(published(), None)
    (change,) = days("2026-02-01")
    january, february = scaled_daily(Decimal("0.2436")), scaled_daily(Decimal("0.2523"))
    start = change - 1 - before
    assert steps.between(start, change + 4) == before * january + 5 * february


def test_a_rate_below_every_limit_is_one_step() -> None:
    steps = limited_monthly(published(), Decimal("0.22"))
    assert steps.effective == (Decimal("0.22"),)
    (start,) = days("2025-10-15")
    assert steps.between(start, start + 31) == 31 * scaled_monthly(Decimal("0.22"))


def test_after_the_last_certificate_its_limit_goes_on() -> None:
    assert published().certified_to == date(2026, 2, 28)
    start, end = days("2026-02-28", "2026-03-10")
    rate = limited_daily(published(), None).between(start, end)
    assert rate == 10 * scaled_daily(Decimal("0.2523"))


def test_days_before_the_first_certificate_are_a_gap() -> None:
    steps = limited_monthly(published(), Decimal("0.30"))
    assert steps.between(*days("2025-09-30", "2025-10-31"))
    for span in (("2025-09-29", "2025-10-31"), ("2025-01-01", "2025-02-01")):
        with refused(RateGap, match="2025"):
            steps.between(*days(*span))
        with refused(RateGap):
            list(steps.pieces(*days(*span)))


def test_a_missing_month_is_a_gap_where_it_is_needed() -> None:
    rates = certified_rates([month("2026-01", "0.25"), month("2026-03", "0.26")])
    steps = limited_monthly(rates, Decimal("0.30"))
    with refused(RateGap, match="2026-02-01"):
        steps.between(*days("2026-01-15", "2026-03-15"))
    with refused(RateGap, match="2026-02-11"):
        steps.between(*days("2026-02-10", "2026-02-15"))
    with refused(RateGap, match="2026-02-01"):
        steps.between(*days("2026-01-15", "2026-02-01"))
    with refused(RateGap, match="2026-02-28"):
        steps.between(*days("2026-02-27", "2026-03-15"))
    assert steps.between(*days("2026-02-28", "2026-03-15"))
    assert steps.between(*days("2025-12-31", "2026-01-31"))


def test_a_single_day_may_be_missing() -> None:
    eve = CertifiedRate(
        valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 30), cap_ea=Decimal("0.25")
    )
    steps = limited_monthly(certified_rates([eve, month("2026-02", "0.26")]), Decimal("0.30"))
    with refused(RateGap, match="2026-01-31"):
        steps.between(*days("2026-01-29", "2026-02-02"))
    assert steps.between(*days("2026-01-31", "2026-02-02"))


def test_a_table_without_certificates_answers_nothing() -> None:
    empty = certified_rates([])
    with refused(RateGap):
        limited_monthly(empty, Decimal("0.2")).between(1, 2)
    with refused(RateGap):
        _ = empty.certified_to


def test_no_limit_must_be_said_on_purpose() -> None:
    assert limited_daily(UNLIMITED, Decimal("0.3")).between(1, 4) == 3 * scaled_daily(
        Decimal("0.3")
    )
    with refused(NoLateRate, match="no limit"):
        limited_daily(UNLIMITED, None)


def test_a_later_entry_corrects_an_earlier_one() -> None:
    wrong = month("2026-01", "0.25", date(2026, 1, 2))
    right = month("2026-01", "0.24", date(2026, 2, 3))
    rates = certified_rates([right, wrong, right])
    assert [cap for _, _, cap in rates.spans] == [Decimal("0.24")]
    assert [cap for _, _, cap in rates.known_on(date(2026, 2, 2)).spans] == [Decimal("0.25")]
    assert [cap for _, _, cap in rates.known_on(date(2026, 2, 3)).spans] == [Decimal("0.24")]


def test_a_correction_of_some_days_leaves_the_others() -> None:
    whole = month("2026-01", "0.25")
    middle = CertifiedRate(
        valid_from=date(2026, 1, 10),
        valid_to=date(2026, 1, 20),
        cap_ea=Decimal("0.24"),
        recorded_on=date(2026, 2, 1),
    )
    spans = certified_rates([middle, whole]).spans
    assert [(last - first + 1, str(cap)) for first, last, cap in spans] == [
        (9, "0.25"),
        (11, "0.24"),
        (11, "0.25"),
    ]


def test_two_entries_of_one_day_must_agree() -> None:
    with refused(CapsConflict, match="2026-01-01"):
        certified_rates([month("2026-01", "0.25"), month("2026-01", "0.24")])


def test_two_entries_of_a_single_day_must_agree_too() -> None:
    single, other = (
        CertifiedRate(valid_from=date(2026, 1, 5), valid_to=date(2026, 1, 5), cap_ea=Decimal(cap))
        for cap in ("0.24", "0.25")
    )
    with refused(CapsConflict, match="2026-01-05"):
        certified_rates([single, other])


def test_a_certificate_is_checked() -> None:
    with refused(CapMonthInverted, match="ends"):
        CertifiedRate(valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1), cap_ea=Decimal("0.2"))
    with refused(NotARate):
        month("2026-01", "24.36")
    with refused(NotARate):
        CertifiedRate(
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 31),
            cap_ea=Decimal("0.2"),
            ibc_ea=Decimal(17),
        )


@given(caps(), rates_ea, st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_sums_of_spans_add_up_day_by_day(
    limits: list[tuple[date, Decimal]], rate: Decimal, skip: int, one: int, two: int
) -> None:
    steps = limited_monthly(table(limits), rate)
    start = limits[0][0].toordinal() - 1 + skip
    by_day = 0
    for day in range(start + 1, start + one + two + 1):
        cap = [cap for first, cap in limits if first.toordinal() <= day][-1]
        by_day += scaled_monthly(min(rate, cap))
    middle, end = start + one, start + one + two
    assert steps.between(start, end) == by_day
    assert steps.between(start, middle) + steps.between(middle, end) == by_day
    assert sum(scaled * (b - a) for a, b, _, scaled in steps.pieces(start, end)) == by_day
