"""Loading certified rates: what is refused, what only adds, and days that are missing."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.lending.rate_steps import RateGap
from finportal.models import RateCap
from finportal.services import ledger, projections, rate_caps
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Order, Result
from finportal.services.portfolio.rate_cap_files import RATE_CAPS
from tests.portfolio import ACCEPTING, ANA, LOAN, ORDER, TODAY, WHOLE, Lender, Line

JANUARY = {
    "valid_from": "2026-01-01", "valid_to": "2026-01-31", "ibc_ea": "0.1624", "cap_ea": "0.2436",
}  # fmt: skip
FEBRUARY = {
    "valid_from": "2026-02-01", "valid_to": "2026-02-28", "ibc_ea": "0.1682", "cap_ea": "0.2523",
}  # fmt: skip
MARCH = FEBRUARY | {"valid_from": "2026-03-01", "valid_to": "2026-03-31"}
OTHER = {"ibc_ea": "0.1700", "cap_ea": "0.255"}
QUARTER = JANUARY | {"valid_to": "2026-03-31"} | OTHER
NEXT_DAY = replace(ORDER, now=ORDER.now + timedelta(days=1), today=TODAY + timedelta(days=1))


@pytest.fixture
def lender(db: Database, tmp_path: Path) -> Lender:
    """A lender with an empty portfolio, on each kind of database."""
    return Lender(db, tmp_path)


def caps(lender: Lender) -> list[tuple[str, ...]]:
    with lender.db.read() as session:
        columns = (RateCap.valid_from, RateCap.valid_to, RateCap.ibc_ea, RateCap.cap_ea)
        rows = session.execute(select(*columns).order_by(RateCap.id))
        return [tuple(map(str, row)) for row in rows]


def limits(lender: Lender) -> list[tuple[date, str]]:
    """The first day of each limit in force, and the limit."""
    with lender.db.read() as session:
        count = session.scalar(select(func.count(RateCap.id))) or 0
        spans = ledger.rates_of(session, count).spans
    return [(date.fromordinal(first), str(cap)) for first, _, cap in spans]


def test_certificates_are_stored_as_typed_and_twice_is_once(lender: Lender) -> None:
    assert lender.load(RATE_CAPS, FEBRUARY, JANUARY, JANUARY) == Result(3, added=2, unchanged=1)
    before = caps(lender)
    assert before[0] == ("2026-02-01", "2026-02-28", "0.1682", "0.2523")
    again = JANUARY | {"cap_ea": "0.24360"}
    assert lender.load(RATE_CAPS, again, FEBRUARY) == Result(read=2, unchanged=2)
    assert caps(lender) == before


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"valid_to": "2025-12-31"}, "valid_to", "is before valid_from"),
        ({"cap_ea": "0.2437"}, "cap_ea", "must be one and a half times ibc_ea: 0.2436"),
        ({"ibc_ea": "16.24"}, "ibc_ea", "write a fraction above 0 and below 1"),
        ({"cap_ea": "NaN"}, "cap_ea", "write a fraction above 0 and below 1"),
        ({"cap_ea": "0"}, "cap_ea", "write a fraction above 0 and below 1"),
        ({"valid_from": "2026-01-32"}, "valid_from", "is no day of the calendar"),
        ({"valid_to": ""}, "valid_to", "is empty"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(
    lender: Lender, change: Line, column: str, reason: str
) -> None:
    result = lender.load(RATE_CAPS, JANUARY | change, FEBRUARY)
    assert (result.added, result.rejected) == (1, 1)
    assert [(problem.line, problem.column) for problem in lender.problems] == [(2, column)]
    assert lender.problems[0].reason.startswith(reason)


def test_half_up_to_the_hundredth_of_a_percent(lender: Lender) -> None:
    assert lender.load(RATE_CAPS, JANUARY | {"ibc_ea": "0.1623", "cap_ea": "0.2435"}).added == 1


def test_other_figures_for_a_span_wait_for_the_operator_s_word(lender: Lender) -> None:
    lender.load(RATE_CAPS, JANUARY, FEBRUARY)
    result = lender.load(RATE_CAPS, JANUARY | OTHER)
    assert result == Result(read=1, changed=1, accepted=False)
    assert [(problem.column, problem.reason) for problem in lender.problems] == [
        ("ibc_ea", "changed: ibc_ea 0.1624 -> 0.1700"),
        ("cap_ea", "changed: cap_ea 0.2436 -> 0.255"),
    ]
    accepted = lender.load(RATE_CAPS, JANUARY | OTHER, order=ACCEPTING)
    assert accepted == Result(read=1, changed=1)
    assert len(caps(lender)) == 3
    assert limits(lender)[0] == (date(2026, 1, 1), "0.255")
    assert lender.trail() == [("rate_cap_changed", "command", "2026-01-01 to 2026-01-31")]
    assert lender.load(RATE_CAPS, JANUARY | OTHER).unchanged == 1


def test_an_overlap_with_other_figures_is_refused_until_accepted(lender: Lender) -> None:
    lender.load(RATE_CAPS, JANUARY, FEBRUARY, MARCH)
    assert lender.load(RATE_CAPS, QUARTER, order=ACCEPTING).rejected == 1
    assert lender.problems[0].reason == (
        "overlaps 2026-01-01 to 2026-01-31, loaded today with other figures: "
        "of two certificates of one day neither holds over the other"
    )
    refused = lender.load(RATE_CAPS, QUARTER, order=NEXT_DAY)
    assert refused == Result(read=1, rejected=1)
    assert lender.problems[0].reason == (
        "overlaps 2026-01-01 to 2026-01-31, certified with other figures: "
        "--accept-changes lets this line hold"
    )
    next_day = replace(NEXT_DAY, accept_changes=True)
    assert lender.load(RATE_CAPS, QUARTER, order=next_day) == Result(read=1, added=1)
    assert limits(lender) == [(date(2026, 1, 1), "0.255")]


def test_an_overlap_with_the_same_figures_is_only_one_more(lender: Lender) -> None:
    lender.load(RATE_CAPS, FEBRUARY)
    longer = FEBRUARY | {"valid_to": "2026-03-31"}
    assert lender.load(RATE_CAPS, longer) == Result(read=1, added=1)


def test_a_line_whose_days_another_certificate_holds_is_a_change(lender: Lender) -> None:
    lender.load(RATE_CAPS, JANUARY, FEBRUARY, MARCH)
    next_day = replace(NEXT_DAY, accept_changes=True)
    lender.load(RATE_CAPS, QUARTER, order=next_day)
    again = lender.load(RATE_CAPS, JANUARY, QUARTER | {"valid_from": "2026-02-01"}, order=NEXT_DAY)
    assert again == Result(read=2, unchanged=1, rejected=1)
    later = replace(NEXT_DAY, now=ORDER.now + timedelta(days=2), today=TODAY + timedelta(days=2))
    assert lender.load(RATE_CAPS, JANUARY, order=later) == Result(1, changed=1, accepted=False)
    assert [problem.reason for problem in lender.problems] == [
        "changed: ibc_ea 0.1700 (by the certificate of 2026-01-01 to 2026-03-31) -> 0.1624",
        "changed: cap_ea 0.255 (by the certificate of 2026-01-01 to 2026-03-31) -> 0.2436",
    ]
    accepted = replace(later, accept_changes=True)
    assert lender.load(RATE_CAPS, JANUARY, JANUARY, order=accepted) == Result(
        read=2, unchanged=1, changed=1
    )
    assert limits(lender) == [(date(2026, 1, 1), "0.2436"), (date(2026, 2, 1), "0.255")]
    assert lender.load(RATE_CAPS, JANUARY, order=later) == Result(read=1, unchanged=1)
    assert lender.load(RATE_CAPS, QUARTER, order=later).rejected == 1


@pytest.mark.parametrize("order", [ORDER, ACCEPTING], ids=["plain", "accepting"])
def test_lines_of_a_file_that_contradict_each_other_are_all_refused(
    lender: Lender, order: Order
) -> None:
    result = lender.load(RATE_CAPS, JANUARY, QUARTER, MARCH, order=order)
    assert result == Result(read=3, rejected=3)
    assert lender.problems[1].reason.endswith("says other figures for some of its days: keep one")
    assert caps(lender) == []


def test_a_certificate_beyond_a_gap_is_refused_and_takes_no_credit_out_of_service(
    lender: Lender,
) -> None:
    lender.load(RATE_CAPS, JANUARY)
    assert lender.load(RATE_CAPS, MARCH) == Result(1, rejected=1)
    [problem] = lender.problems
    assert problem.reason == (
        "RateGap: no rate is certified for 2026-02-01 to 2026-02-28: load those days too, or first"
    )
    assert len(caps(lender)) == 1
    assert lender.load(RATE_CAPS, MARCH, FEBRUARY) == Result(2, added=2)
    with lender.db.read() as session:
        assert rate_caps.coverage(session) == (date(2026, 1, 1), date(2026, 3, 31), ())


def test_a_gap_within_one_file_keeps_what_comes_before_it(lender: Lender) -> None:
    assert lender.load(RATE_CAPS, MARCH, JANUARY) == Result(2, added=1, rejected=1)
    assert [cap[0] for cap in caps(lender)] == ["2026-01-01"]


def test_earlier_certificates_must_reach_the_known_ones(lender: Lender) -> None:
    lender.load(RATE_CAPS, MARCH)
    assert lender.load(RATE_CAPS, JANUARY).rejected == 1
    assert "2026-02-01 to 2026-02-28" in lender.problems[0].reason
    assert lender.load(RATE_CAPS, JANUARY, FEBRUARY).added == 2


MIGRATED = {"disbursed_on": "2024-01-25", "first_due_on": "2024-02-25"}


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({"disbursed_on": "2025-12-31"}, None),
        ({"disbursed_on": "2025-12-30"}, "2025-12-31"),
        (MIGRATED | {"opening_on": "2026-01-25", "opening_principal": "41000000"}, None),
        (MIGRATED | {"opening_on": "2026-01-24", "opening_principal": "41000000"}, "2025-12-26"),
        (MIGRATED | {"opening_on": "2024-02-20", "opening_principal": "41000000"}, "2024-01-26"),
        (MIGRATED | {"opening_on": "2026-01-24", "opening_principal": "0"}, None),
    ],
)
def test_rates_begin_in_time_exactly_where_the_engine_finds_them_all(
    lender: Lender, change: Line, needed: str | None
) -> None:
    lender.load(CUSTOMERS, ANA)
    lender.load(RATE_CAPS, JANUARY)
    warnings = lender.load(LOANS, LOAN | change).warnings
    assert [warning.split()[5] for warning in warnings] == ([needed] if needed else [])
    assert lender.load(RATE_CAPS, JANUARY).warnings == warnings
    with lender.db.read() as session:
        credit = ledger.of_number(session, "V-1")
        assert credit is not None
    if needed:
        with pytest.raises(RateGap, match=f"is known for {needed}"):
            credit.state(TODAY)
    else:
        credit.state(TODAY)


def test_all_or_nothing_stores_nothing_of_a_bad_file(lender: Lender) -> None:
    bad = MARCH | {"cap_ea": "0.9"}
    assert lender.load(RATE_CAPS, JANUARY, bad, order=WHOLE) == Result(read=2, rejected=1)
    assert caps(lender) == []


def test_a_new_certificate_makes_every_copy_untrue(lender: Lender) -> None:
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN)
    lender.load(RATE_CAPS, JANUARY)
    assert projections.refresh(lender.db, TODAY) == 1
    lender.load(RATE_CAPS, JANUARY)
    assert projections.refresh(lender.db, TODAY) == 0
    lender.load(RATE_CAPS, FEBRUARY)
    assert projections.refresh(lender.db, TODAY) == 1
