"""The trace: each figure can be verified from what it says of itself."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from finportal.lending.conventions import Part
from finportal.lending.events import Effect, Opening, Waiver
from finportal.lending.explanation import Rule, Span, Step
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
    assert (first.row, second.row) == (1, 3)


def test_a_credit_taken_over_is_explained_from_there() -> None:
    opening = Opening(id="o", value_date=date(2026, 1, 20), principal_not_due=pesos(29_101_976))
    trace = Trace()
    replay(TERMS, [opening], published(), date(2026, 2, 20), trace)
    first, *_ = steps_of(Rule.INSTALMENT, trace)
    assert (first.row, first.inputs["rows"]) == (4, 57)
    assert steps_of(Rule.ROW_INTEREST, trace)[0].row == 4


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


def told(step: Step) -> Step:
    """The step without its fraction, which must give the result."""
    exact = half_up(step.numerator, step.denominator, step.unit) if step.unit else step.exact
    assert step.result == exact + step.plus
    return step._replace(numerator=0, denominator=0, spans=tuple(step.spans))


def test_every_step_of_a_credit_with_arrears_and_a_waiver() -> None:
    on, due = date(2026, 2, 12), date(2026, 1, 15)
    waiver = Waiver(id="w", value_date=date(2026, 2, 10), amount=pesos(10), part=Part.LATE_INTEREST)
    trace = Trace()
    events = [*on_time(ROWS, 2), pay("x", date(2026, 2, 9), 600_000), waiver]
    state = replay(TERMS, events, published(), on, trace)
    opened, order = TERMS.disbursed_on, "fees, insurance, late_interest, interest, principal"
    agreed, january, february = Decimal("0.22"), Decimal("0.2436"), Decimal("0.2523")
    assert told(trace.steps[0]) == Step(
        Rule.INSTALMENT,
        opened,
        {"balance": pesos(30_000_000), "balloon": 0, "rows": 60, "rate_ea": agreed},
        pesos(795_664),
        0,
        0,
        unit=100,
        row=1,
    )
    assert [told(step) for step in trace.steps[-8:-5]] == [
        Step(
            Rule.ROW_INTEREST,
            due,
            {"period_days": 31},
            pesos(491_349),
            0,
            0,
            unit=100,
            row=3,
            spans=(Span(date(2025, 12, 15), due, pesos(29_406_291), agreed, limited=False),),
        ),
        Step(
            Rule.ROW_PRINCIPAL,
            due,
            {
                "instalment": pesos(795_664),
                "interest": pesos(491_349),
                "opening": pesos(29_406_291),
            },
            pesos(304_315),
            0,
            0,
            row=3,
        ),
        Step(
            Rule.ROW_INSURANCE,
            due,
            {"opening": pesos(29_406_291), "rate": Decimal("0.0006")},
            pesos(17_644),
            0,
            0,
            unit=100,
            row=3,
        ),
    ]
    assert [told(step) for step in trace.steps[-5:-3]] == [
        Step(
            Rule.ALLOCATION,
            date(2026, 2, 9),
            {
                "event": "x",
                "order": order,
                "row 3 insurance": pesos(17_644),
                "row 3 late_interest": pesos(4_598),
                "row 3 interest": pesos(491_349),
                "row 3 principal": pesos(86_409),
                "credit": 0,
            },
            pesos(600_000),
            0,
            0,
        ),
        Step(
            Rule.ALLOCATION,
            date(2026, 2, 10),
            {"event": "w", "order": order, "row 3 late_interest": pesos(10), "credit": 0},
            pesos(10),
            0,
            0,
        ),
    ]
    late = told(trace.steps[-3])
    assert late == Step(
        Rule.LATE_INTEREST,
        on,
        {"paid": pesos(4_598), "waived": pesos(10)},
        state.rows[2].late_interest,
        0,
        0,
        unit=100,
        row=3,
        spans=(
            Span(due, date(2026, 1, 31), pesos(304_315), january, limited=False),
            Span(date(2026, 1, 31), date(2026, 2, 9), pesos(304_315), february, limited=False),
            Span(date(2026, 2, 9), date(2026, 2, 10), pesos(217_906), february, limited=False),
            Span(date(2026, 2, 10), on, pesos(217_906), february, limited=False),
        ),
    )
    accrued = state.accrued_interest
    assert [told(step) for step in trace.steps[-2:]] == [
        Step(
            Rule.ACCRUED_INTEREST,
            on,
            {"period_days": 31},
            accrued,
            0,
            0,
            unit=100,
            row=4,
            spans=(Span(due, on, pesos(29_101_976), agreed, limited=False),),
        ),
        Step(
            Rule.PAYOFF,
            on,
            {
                "fees": 0,
                "insurance": 0,
                "late_interest": state.due.late_interest,
                "interest": 0,
                "principal": pesos(217_906),
                "accrued_interest": accrued,
                "principal_not_due": pesos(29_101_976),
                "premium": 0,
                "credit": 0,
            },
            state.payoff,
            0,
            0,
        ),
    ]
