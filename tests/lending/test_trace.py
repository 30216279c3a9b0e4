"""The trace: each figure can be verified from what it says of itself."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from finportal.lending.events import Effect
from finportal.lending.explanation import Rule, Step
from finportal.lending.money import half_up
from finportal.lending.rates import periodic_rate
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.trace import Trace

from .builders import example, on_time, pay, pesos, prepay, published
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows


def steps_of(rule: Rule, trace: Trace) -> list[Step]:
    return [step for step in trace.steps if step.rule is rule]


def traced(on: date, *events: object, **terms: object) -> Trace:
    trace = Trace()
    replay(example(**terms), [*on_time(ROWS, 2), *events], published(), on, trace)
    return trace


def test_a_trace_changes_no_figure() -> None:
    events = [*on_time(ROWS, 3), prepay("p", date(2026, 2, 1), 2_000_000)]
    on = date(2026, 2, 20)
    assert replay(TERMS, events, published(), on, Trace()) == replay(TERMS, events, published(), on)


def test_late_interest_names_its_days_and_limits() -> None:
    (step,) = steps_of(Rule.LATE_INTEREST, traced(date(2026, 2, 9)))
    assert step.result == pesos(4_598)
    assert [(span.days, str(span.rate_ea), span.base) for span in step.spans] == [
        (16, "0.2436", pesos(304_315)),
        (9, "0.2523", pesos(304_315)),
    ]
    total = sum(
        span.base * span.days * Fraction(periodic_rate(span.rate_ea, 365)) for span in step.spans
    )
    assert abs(total - step.exact) < Fraction(1, 10**20)


def test_late_interest_after_a_part_payment_has_two_bases() -> None:
    trace = traced(date(2026, 2, 12), pay("x", date(2026, 2, 9), 600_000))
    (step,) = steps_of(Rule.LATE_INTEREST, trace)
    assert [span.base for span in step.spans] == [pesos(304_315)] * 2 + [pesos(217_906)]
    assert step.inputs["paid"] == pesos(4_598)


def test_a_limited_row_says_which_days_the_law_lowered() -> None:
    trace = Trace()
    limited = example(rate_ea=Decimal("0.25"), disbursed_on=date(2025, 11, 15), first_due_on=None)
    replay(limited, [], published(), date(2026, 1, 15), trace)
    step = steps_of(Rule.ROW_INTEREST, trace)[1]
    assert [(span.days, span.limited) for span in step.spans] == [(16, False), (15, True)]
    assert step.result == pesos(551_660)
    assert step.inputs["period_days"] == 31


def test_the_instalment_is_explained_again_after_a_prepayment() -> None:
    trace = traced(
        date(2025, 12, 20), prepay("p", date(2025, 12, 20), 9_000_000, Effect.REDUCE_INSTALMENT)
    )
    first, second = steps_of(Rule.INSTALMENT, trace)
    assert first.result == pesos(795_664)
    assert second.result < first.result
    assert second.inputs["rows"] == 58


def test_interest_carried_is_named_beside_what_is_rounded() -> None:
    part = prepay("p", date(2025, 12, 20), 50_000)
    trace = traced(date(2026, 1, 15), part)
    step = steps_of(Rule.ROW_INTEREST, trace)[-1]
    carried = 29_406_291 * periodic_rate(TERMS.rate_ea) * 5 / 31
    assert step.plus == pesos(round(carried) - 50_000)
    assert step.result == step.plus + half_up(step.numerator, step.denominator, step.unit)
    assert [span.days for span in step.spans] == [26]


def test_where_a_payment_went() -> None:
    trace = traced(date(2026, 2, 9), pay("x", date(2026, 2, 9), 600_000))
    step = steps_of(Rule.ALLOCATION, trace)[-1]
    assert step.inputs["event"] == "x"
    assert step.inputs["order"] == "fees, insurance, late_interest, interest, principal"
    assert step.inputs["row 3 interest"] == pesos(491_349)


def test_the_payoff_is_the_sum_it_names() -> None:
    (step,) = steps_of(Rule.PAYOFF, traced(date(2026, 2, 9)))
    named = dict(step.inputs)
    credit = named.pop("credit")
    assert sum(int(amount) for amount in named.values()) - int(credit) == step.result


def test_an_equal_rate_written_otherwise_leaves_no_trace_of_itself() -> None:
    short, long = (
        example(rate_ea=Decimal(text), disbursed_on=date(2025, 10, 20), first_due_on=None)
        for text in ("0.221", "0.22100")
    )
    told = []
    for terms in (long, short):
        trace = Trace()
        replay(terms, [], published(), date(2026, 1, 1), trace)
        told.append(str([step.spans for step in trace.steps]))
    assert told[0] == told[1]


@given(cases())
def test_every_result_is_its_exact_figure_rounded(case: Case) -> None:
    trace = Trace()
    state = replay(case.terms, case.events, case.rates, case.until, trace)
    for step in trace.steps:
        rounded = half_up(step.numerator, step.denominator, step.unit) if step.unit else step.exact
        if step.rule is Rule.INSTALMENT:
            assert step.result <= rounded + step.plus
        elif not (step.rule is Rule.LATE_INTEREST and case.terms.conventions.grace_days):
            assert rounded + step.plus == step.result, step
    accrued = steps_of(Rule.ACCRUED_INTEREST, trace)
    assert sum(step.result for step in accrued) == state.accrued_interest or not accrued


@given(cases())
def test_the_interest_of_every_row_is_explained(case: Case) -> None:
    trace = Trace()
    on = case.until + timedelta(days=0)
    state = replay(case.terms, case.events, case.rates, on, trace)
    due = {row.number: row.interest for row in state.rows if row.number and row.due_date <= on}
    explained = {step.row: step.result for step in steps_of(Rule.ROW_INTEREST, trace)}
    assert {number: amount for number, amount in due.items() if amount} == {
        number: amount for number, amount in explained.items() if amount
    }
