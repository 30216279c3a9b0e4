"""Late interest: on overdue principal alone, simple, day by day, never above the limit."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

from finportal.lending.caps import UNLIMITED, CertifiedRates, NoLateRate, certified_rates
from finportal.lending.conventions import Part
from finportal.lending.events import Waiver
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.terms import Terms

from .builders import example, month, on_time, pay, pesos, published, refused

TERMS = example()
ROWS = schedule(TERMS).rows
DUE = date(2026, 1, 15)


def late(terms: Terms, on: date, *payments: object, rates: CertifiedRates | None = None) -> int:
    events = [*on_time(schedule(terms).rows, 2), *payments]
    return replay(terms, events, rates or published(), on).due.late_interest


def test_the_three_methods_seen_and_the_one_that_stays_within_the_limit() -> None:
    base, spans = 304_315, (("0.2436", 16), ("0.2523", 9))
    with localcontext() as context:
        context.prec = 40
        by_division = sum(base * Decimal(rate) / 365 * days for rate, days in spans)
        growth = [(1 + Decimal(rate)) ** (Decimal(days) / 365) for rate, days in spans]
        compound = sum(base * (grown - 1) for grown in growth)
    assert round(by_division) == 5_143
    assert round(compound) == 4_615
    assert late(TERMS, date(2026, 2, 9)) == pesos(4_598)


def test_the_whole_instalment_is_never_its_base() -> None:
    spans = (("0.2436", 16), ("0.2523", 9))
    daily = [((1 + Decimal(rate)) ** (Decimal(1) / 365) - 1) * days for rate, days in spans]
    assert round(sum(daily) * 795_664) == 12_021


def test_nothing_is_late_on_the_due_date() -> None:
    assert late(TERMS, DUE) == 0
    assert late(TERMS, DUE + timedelta(days=1)) == pesos(182)


def test_the_agreed_rate_counts_where_it_is_below_the_limit() -> None:
    agreed = late(example(late_rate_ea=Decimal("0.24")), date(2026, 2, 9))
    assert agreed < pesos(4_598)
    assert late(example(late_rate_ea=Decimal("0.90")), date(2026, 2, 9)) == pesos(4_598)


def test_a_later_and_lower_certificate_lowers_it() -> None:
    corrected = certified_rates(
        [*published().certificates, month("2026-01", "0.20", date(2026, 3, 1))]
    )
    assert late(TERMS, date(2026, 2, 9), rates=corrected) < pesos(4_598)


def test_unpaid_interest_and_late_interest_bear_nothing() -> None:
    day = Decimal("1.2436") ** (Decimal(1) / 365) - 1
    on = DUE + timedelta(days=10)
    assert late(TERMS, on) == round(304_315 * day * 10) * 100


def test_grace_days_forgive_a_short_delay_but_not_a_long_one() -> None:
    terms = example(grace_days=5)
    assert late(terms, DUE + timedelta(days=5)) == 0
    assert late(terms, DUE + timedelta(days=6)) == late(TERMS, DUE + timedelta(days=6)) > 0
    whole = pay("x", DUE + timedelta(days=5), 813_308)
    assert late(terms, DUE + timedelta(days=30), whole) == 0


def test_principal_forgiven_in_the_days_of_grace_was_never_late() -> None:
    on = DUE + timedelta(days=3)
    waiver = Waiver(id="w", value_date=on, amount=pesos(304_315), part=Part.PRINCIPAL)
    assert late(example(grace_days=5), DUE + timedelta(days=30), waiver) == 0
    assert late(TERMS, DUE + timedelta(days=30), waiver) == late(TERMS, on)


def test_a_part_paid_in_the_days_of_grace_counts_until_it_was_paid() -> None:
    terms = example(grace_days=5)
    part = pay("x", DUE + timedelta(days=4), 17_644 + 491_349 + 204_315)
    assert late(terms, DUE + timedelta(days=5), part) == 0
    daily = Decimal("1.2436") ** (Decimal(1) / 365) - 1
    expected = round((304_315 * 4 + 100_000 * 6) * daily) * 100
    assert late(terms, DUE + timedelta(days=10), part) == expected


def test_a_row_due_on_a_weekend_may_be_paid_on_the_next_business_day() -> None:
    terms = example(business_days=True)
    rows, saturday = on_time(schedule(terms).rows, 0), date(2025, 11, 15)
    monday_was_a_holiday = date(2025, 11, 18)
    assert replay(terms, rows, published(), monday_was_a_holiday).due.late_interest == 0
    day_after = replay(terms, rows, published(), date(2025, 11, 19))
    assert day_after.due.late_interest == pesos(720)
    assert day_after.days_past_due == (date(2025, 11, 19) - saturday).days


def test_without_limits_the_contract_must_say_the_rate() -> None:
    with refused(NoLateRate):
        late(TERMS, date(2026, 2, 9), rates=UNLIMITED)
    assert late(example(late_rate_ea=Decimal("0.3")), date(2026, 2, 9), rates=UNLIMITED) > 0
    assert late(TERMS, DUE, rates=UNLIMITED) == 0
