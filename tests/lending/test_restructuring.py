"""New terms and migrated credits: principal is planned anew, interest is never turned into it."""

from datetime import date
from decimal import Decimal

from finportal.lending.events import (
    Acceleration,
    Event,
    Opening,
    OpeningDateInverted,
    OpeningDue,
    Restructuring,
    VersionDateMismatch,
)
from finportal.lending.migration import OpeningBeyondTerm
from finportal.lending.money import ZERO, AmountNegative, AmountNotPositive
from finportal.lending.postings import NothingToRestructure
from finportal.lending.replay import replay
from finportal.lending.schedule import NegativeAmortisation, schedule
from finportal.lending.state import State
from finportal.lending.timeline import BeforeDisbursement

from .builders import example, on_time, parts, pay, pesos, published, refused

TERMS = example()
ROWS = schedule(TERMS).rows
DAY = date(2026, 2, 9)
LONGER = example(
    rate_ea=Decimal("0.20"), instalments=72, disbursed_on=DAY, first_due_on=date(2026, 3, 9)
)
AGREED = Restructuring(id="new", value_date=DAY, terms=LONGER)


def seen(*events: Event, on: date = DAY) -> State:
    return replay(TERMS, [*on_time(ROWS, 2), *events], published(), on)


def test_principal_is_planned_anew_and_interest_is_not() -> None:
    state = seen(AGREED)
    assert state.principal_not_due == pesos(29_101_976 + 304_315)
    assert state.due == parts(insurance=17_644, late_interest=4_598, interest=491_349)
    assert state.accrued_interest == pesos(392_148)
    assert state.payoff == seen().payoff
    assert state.terms.principal == state.principal_not_due


def test_accrued_interest_waits_for_the_first_new_row() -> None:
    state = seen(AGREED)
    expected = schedule(state.terms).rows
    assert state.upcoming[0].interest == expected[0].interest + pesos(392_148)
    assert [row[1:9] for row in state.upcoming[1:]] == [row[1:] for row in expected[1:]]
    assert state.upcoming[0].number == 4


def test_overdue_principal_may_stay_overdue() -> None:
    kept = Restructuring(id="new", value_date=DAY, terms=LONGER, absorb_overdue=False)
    state = seen(kept)
    assert state.due.principal == pesos(304_315)
    assert state.principal_not_due == pesos(29_101_976)


def test_late_interest_stops_on_what_was_absorbed() -> None:
    later = seen(AGREED, on=date(2026, 2, 28))
    assert later.due.late_interest == pesos(4_598)


def test_the_new_terms_rule_what_follows() -> None:
    state = seen(AGREED, pay("x", date(2026, 2, 10), 30_000_000), on=date(2026, 2, 10))
    assert state.paid.total + state.credit == sum(row.total for row in ROWS[:2]) + pesos(30_000_000)


def test_a_settled_credit_has_nothing_to_restructure() -> None:
    paid = pay("all", date(2026, 1, 20), 40_000_000)
    with refused(NothingToRestructure, match="2026-02-09"):
        seen(paid, AGREED)


def test_the_version_begins_on_the_day_of_its_event() -> None:
    with refused(VersionDateMismatch, match="2026-02-09"):
        Restructuring(id="new", value_date=date(2026, 2, 10), terms=LONGER)


OPENED = Opening(
    id="opening",
    value_date=date(2026, 1, 20),
    principal_not_due=pesos(29_101_976),
    dues=(
        OpeningDue(
            due_date=date(2026, 1, 15),
            insurance=pesos(17_644),
            late_interest=pesos(909),
            interest=pesos(491_349),
            principal=pesos(304_315),
        ),
    ),
)


def opened(opening: Opening = OPENED, on: date = DAY, *events: Event) -> State:
    return replay(TERMS, [opening, *events], published(), on)


def test_a_migrated_credit_goes_on_as_the_one_it_was() -> None:
    state, known = opened(), seen()
    assert state.due == known.due
    assert state.accrued_interest == known.accrued_interest
    assert state.payoff == known.payoff == pesos(30_312_030)
    assert state.instalment == pesos(795_664)
    assert [row[:9] for row in state.upcoming] == list(ROWS[3:])
    assert state.rows[0].number == 3


def test_an_opening_without_dues_or_with_credit() -> None:
    clean = Opening(
        id="o", value_date=date(2026, 1, 20), principal_not_due=pesos(29_101_976), credit=pesos(900)
    )
    state = opened(clean, date(2026, 1, 20))
    assert (state.due.total, state.credit) == (0, pesos(900))
    spent = opened(
        Opening(
            id="o",
            value_date=OPENED.value_date,
            principal_not_due=OPENED.principal_not_due,
            dues=OPENED.dues,
            credit=pesos(900_000),
        ),
        OPENED.value_date,
    )
    assert spent.credit == pesos(900_000 - 17_644 - 909 - 491_349 - 304_315)


def test_credit_brought_along_may_cover_everything() -> None:
    rich = Opening(
        id="o",
        value_date=date(2026, 1, 20),
        principal_not_due=pesos(1_000_000),
        credit=pesos(1_100_000),
    )
    state = opened(rich, date(2027, 1, 1))
    assert state.settled
    assert state.credit < pesos(100_000)


def test_an_opening_may_keep_its_own_instalment() -> None:
    own = Opening(
        id="o",
        value_date=date(2026, 1, 20),
        principal_not_due=pesos(20_000_000),
        instalment=pesos(795_664),
    )
    assert opened(own).instalment == pesos(795_664)
    assert len(opened(own).upcoming) < 57
    solved = Opening(id="o", value_date=date(2026, 1, 20), principal_not_due=pesos(20_000_000))
    assert len(opened(solved).upcoming) == 57
    assert opened(solved).instalment < pesos(600_000)


def test_an_instalment_brought_along_must_amortise() -> None:
    tiny = Opening(
        id="o",
        value_date=date(2026, 1, 20),
        principal_not_due=pesos(20_000_000),
        instalment=pesos(100_000),
    )
    with refused(NegativeAmortisation, match="10000000 centavos"):
        opened(tiny)


def test_a_long_first_period_of_the_past_does_not_matter() -> None:
    long_ago = example(first_due_on=date(2025, 12, 15))
    with refused(NegativeAmortisation):
        replay(long_ago, [], published(), DAY)
    assert replay(long_ago, [OPENED], published(), DAY).payoff == pesos(30_312_030)


def test_interest_brought_along_bears_none() -> None:
    carried = Opening(
        id="o",
        value_date=date(2026, 1, 20),
        principal_not_due=pesos(29_101_976),
        interest_from=date(2026, 1, 20),
        carry=pesos(78_000),
    )
    assert opened(carried, date(2026, 1, 20)).accrued_interest == pesos(78_000)
    due = opened(carried, date(2026, 2, 15)).due.interest
    assert due == pesos(78_000) + round(486_264 * 26 / 31) * 100


def test_an_opening_after_the_last_due_date_has_dues_only() -> None:
    over = date(2031, 1, 1)
    with refused(OpeningBeyondTerm, match="2030-10-15"):
        opened(Opening(id="o", value_date=over, principal_not_due=pesos(1)), over)
    rest = Opening(
        id="o",
        value_date=over,
        principal_not_due=ZERO,
        dues=(OpeningDue(due_date=date(2030, 10, 20), principal=pesos(5)),),
    )
    state = opened(rest, over)
    assert (state.due.principal, state.rows[0].number, state.upcoming) == (pesos(5), 0, ())


def test_nothing_happens_before_the_opening() -> None:
    with refused(BeforeDisbursement, match="begins on 2026-01-20"):
        opened(OPENED, DAY, pay("x", date(2026, 1, 19), 1))


def test_an_opening_is_checked() -> None:
    with refused(AmountNegative, match="principal_not_due"):
        Opening(id="o", value_date=DAY, principal_not_due=pesos(-1))
    with refused(AmountNotPositive, match="instalment"):
        Opening(id="o", value_date=DAY, principal_not_due=pesos(1), instalment=ZERO)
    with refused(OpeningDateInverted, match="2026-02-10"):
        Opening(id="o", value_date=DAY, principal_not_due=pesos(1), interest_from=date(2026, 2, 10))
    with refused(AmountNegative, match="fees"):
        OpeningDue(due_date=DAY, fees=pesos(-1))


def test_the_oldest_brought_along_is_paid_first_in_any_order() -> None:
    older, newer = (
        OpeningDue(due_date=date(2025, month, 15), interest=pesos(100)) for month in (11, 12)
    )
    for dues in ((older, newer), (newer, older)):
        taken = Opening(id="o", value_date=DAY, principal_not_due=pesos(20_000_000), dues=dues)
        state = opened(taken, DAY, pay("x", DAY, 100))
        assert [row.due_date.month for row in state.rows[:2]] == [11, 12]
        assert [row.owed.interest for row in state.rows[:2]] == [0, pesos(100)]


def test_rows_are_numbered_on_after_an_acceleration() -> None:
    terms = example(acceleration_agreed=True)
    called = Acceleration(id="a", value_date=date(2026, 2, 8))
    state = replay(terms, [*on_time(ROWS, 2), called, AGREED], published(), DAY)
    assert [row.number for row in state.rows[:5]] == [1, 2, 3, 4, 5]
