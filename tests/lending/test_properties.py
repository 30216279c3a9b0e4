"""Properties that belong to a whole credit rather than to one file: accrual, punctuality, mora."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from finportal.lending.caps import certified_rates, limited_daily
from finportal.lending.conventions import CapTest
from finportal.lending.dues import Due
from finportal.lending.events import Effect, Event, Payment, Reversal
from finportal.lending.money import Centavos
from finportal.lending.parts import Parts
from finportal.lending.payoff import payoff_quote
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import State
from finportal.lending.terms import Terms

from .builders import month, prepay
from .strategies import FIRST_DAY, Case, caps, cases, rates_ea, table, terms, workable

HIGH = certified_rates([month("2022-12", "0.99")])
START = FIRST_DAY.toordinal()


def late(principal: int, spans: list[int], rate: Decimal, limits: list, **owed: int) -> Due:
    """A row due on FIRST_DAY, grown day by day over these spans; the unit is a centavo."""
    parts = Parts(principal=Centavos(principal), **owed)
    due, day = Due(1, START, parts, principal, 0), START
    for span in spans:
        day += span
        due.grow(day, limited_daily(table(limits), rate), 1)
    return due


@given(terms().filter(workable), st.integers(0, 35))
def test_accrual_climbs_from_nothing_to_the_row_s_interest(agreed: Terms, row: int) -> None:
    """Property 4, on every day of a row, whatever its length."""
    rows = schedule(agreed).rows
    row %= len(rows)
    begin = rows[row - 1].due_date if row else agreed.disbursed_on
    end = rows[row].due_date
    accrued = [
        replay(agreed, [], HIGH, begin + timedelta(days=day)).accrued_interest
        for day in range((end - begin).days)
    ]
    assert accrued[0] == 0
    assert accrued == sorted(accrued)
    assert accrued[-1] <= rows[row].interest
    assert replay(agreed, [], HIGH, end).rows[row].interest == rows[row].interest


@given(cases())
def test_who_pays_each_row_on_its_day_owes_nothing_and_never_mora(case: Case) -> None:
    """Property 5, limits included: each day's dues are paid on that day."""
    paid: list[Event] = []
    for row in schedule(case.terms).rows:
        due = replay(case.terms, paid, case.rates, row.due_date).due
        if due.total:
            paid.append(Payment(id=f"{row.number:03}", value_date=row.due_date, amount=due.total))
    last = schedule(case.terms).rows[-1].due_date
    state = replay(case.terms, paid, case.rates, last + timedelta(days=900))
    assert (state.payoff, state.credit, state.days_past_due) == (0, 0, 0)
    assert state.paid.late_interest == 0
    assert all(row.late_interest == 0 for row in state.rows)
    assert state.paid.principal == case.terms.principal


@given(cases())
def test_every_figure_is_a_multiple_of_the_unit(case: Case) -> None:
    """Property 3: events in whole pesos leave nothing but whole pesos."""
    state = replay(case.terms, case.events, case.rates, case.until)
    shown = [*state.due, *state.paid, state.accrued_interest, state.payoff, state.credit]
    shown += [amount for row in state.rows for amount in (*row[2:9], *row.owed, *row.paid)]
    assert all(amount % 100 == 0 for amount in shown)


@given(cases(), st.integers(1, 30_000_000), st.integers(1, 30_000_000))
def test_a_payment_in_two_is_a_payment(case: Case, one: int, two: int) -> None:
    """Property 9, for payments."""

    def seen(*amounts: int) -> State:
        paid = [
            Payment(id=f"z{n}", value_date=case.until, amount=Centavos(amount * 100))
            for n, amount in enumerate(amounts)
        ]
        return replay(case.terms, [*case.events, *paid], case.rates, case.until)

    split, whole = seen(one, two), seen(one + two)
    assert replace(split, movements=()) == replace(whole, movements=())


@given(cases(), st.integers(0, 11), st.integers(0, 300), st.integers(0, 300))
def test_a_reversal_restores_from_its_day_on(
    case: Case, which: int, later: int, after: int
) -> None:
    """Property 12, a reversal dated later: before its day x counts, from then on it never did."""
    assume(case.events)
    target = case.events[which % len(case.events)]
    on = target.value_date + timedelta(days=later)
    undo = Reversal(id="undo", value_date=on, reverses=target.id)
    without = [event for event in case.events if event is not target]
    day = on + timedelta(days=after)
    known = [*case.events, undo]
    assert replay(case.terms, known, case.rates, day) == (
        replay(case.terms, without, case.rates, day)
    )
    eve = on - timedelta(days=1)
    assume(eve >= case.terms.disbursed_on)
    assert replay(case.terms, known, case.rates, eve) == (
        replay(case.terms, case.events, case.rates, eve)
    )


@given(cases())
def test_nothing_overdue_no_mora(case: Case) -> None:
    """Property 16: late interest asks for overdue principal that was once there."""
    state = replay(case.terms, case.events, case.rates, case.until)
    for row in state.rows:
        if not (row.principal and row.due_date < case.until):
            assert row.late_interest == 0


@given(
    st.integers(1, 10**12),
    st.lists(st.integers(0, 60), min_size=1, max_size=8),
    rates_ea,
    caps(),
)
def test_mora_adds_up_before_it_is_rounded(
    principal: int, spans: list[int], rate: Decimal, limits: list
) -> None:
    """Property 16: additive over adjoining spans, proportional to overdue principal."""
    whole = late(principal, [sum(spans)], rate, limits)
    parts = late(principal, spans, rate, limits)
    assert (whole.late_exact, whole.late) == (parts.late_exact, parts.late)
    assert late(7 * principal, spans, rate, limits).late_exact == 7 * whole.late_exact


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.integers(0, 200), rates_ea, caps())
def test_mora_bears_no_mora(
    principal: int, other: int, days: int, rate: Decimal, limits: list
) -> None:
    """Property 16: unpaid mora, interest, insurance and fees change nothing."""
    alone = late(principal, [days], rate, limits)
    owing = late(principal, [days], rate, limits, interest=other, insurance=other, fees=other)
    assert owing.late == alone.late
    assert late(principal, [days], rate, limits, late_interest=other).late == other + alone.late


@given(st.integers(1, 10**12), st.integers(0, 200), st.tuples(rates_ea, rates_ea), caps())
def test_mora_rises_with_rate_and_limit(
    principal: int, days: int, rates: tuple[Decimal, Decimal], limits: list
) -> None:
    """Property 16: non-decreasing in the rate and in the limit."""
    low, high = sorted(rates)
    assert late(principal, [days], low, limits).late <= late(principal, [days], high, limits).late
    raised = [(first, cap + low) for first, cap in limits]
    assert late(principal, [days], high, limits).late <= late(principal, [days], high, raised).late


@given(cases())
def test_a_row_bears_no_more_than_the_highest_limit_of_its_days(case: Case) -> None:
    """Property 17, for each row."""
    agreed = replace(
        case.terms, conventions=replace(case.terms.conventions, cap_test=CapTest.DAILY)
    )
    charged = replay(agreed, [], case.rates, case.until).rows
    begin = agreed.disbursed_on
    for row in charged:
        first, last = begin.toordinal() + 1, row.due_date.toordinal()
        held = [cap for a, b, cap in case.rates.spans if a <= last and first <= b]
        highest = max(held, default=case.rates.spans[-1][2])
        if last > case.rates.spans[-1][1]:
            highest = max(highest, case.rates.spans[-1][2])
        capped = replace(agreed, rate_ea=min(agreed.rate_ea, highest), balloon=Centavos(0))
        top = replay(
            replace(
                capped,
                principal=Centavos(max(row.opening, 100)),
                instalments=1,
                grace_principal=0,
                grace_interest=0,
                disbursed_on=begin,
                first_due_on=row.due_date,
                anchor_day=agreed.anchor,
            ),
            [],
            HIGH,
            row.due_date,
        )
        assert row.interest <= top.rows[0].interest
        begin = row.due_date


@given(cases(), st.sampled_from(Effect))
def test_a_quote_that_is_paid_settles(case: Case, effect: Effect) -> None:
    """Property 14 through the quote: what it says is what it takes."""
    known = [event for event in case.events if event.value_date <= case.until]
    quote = payoff_quote(case.terms, known, case.rates, case.until)
    assume(quote.amount)
    paid = prepay("z", case.until, quote.amount // 100, effect)
    for days in (0, 1, 400):
        on = case.until + timedelta(days=days)
        assert replay(case.terms, [*known, paid], case.rates, on).payoff == 0
