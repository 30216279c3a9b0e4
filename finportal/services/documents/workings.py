"""How the figures of a statement were computed: balance, rate and days (art. 2.2.2.35.6)."""

from calendar import isleap
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from finportal.lending import Centavos, State, Trace
from finportal.lending.day_counts import DayCount, elapsed
from finportal.lending.explanation import Rule, Span, Step
from finportal.lending.periods import Periods, periods_of
from finportal.lending.state import RowState
from finportal.services.costs import certified_limit
from finportal.services.documents.figures import RatesFact, SpanFact, Working
from finportal.services.documents.subject import monthly
from finportal.services.ledger import Credit

_MICRO = Decimal("0.000001")


def workings_of(
    credit: Credit, state: State, row: RowState | None, trace: Trace
) -> tuple[Working, ...]:
    """The interest of the row ahead over its whole period, and the late interest so far.

    `trace` holds the day on which the row falls due. Raises what `lending.replay` raises.
    """
    steps: list[Step] = []
    if row:
        steps += [
            step
            for step in trace.steps
            if step.rule is Rule.ROW_INTEREST and step.row == row.number
        ]
    if state.due.late_interest:
        so_far = Trace()
        credit.state(state.as_of, so_far)
        steps += [step for step in so_far.steps if step.rule is Rule.LATE_INTEREST and step.spans]
    periods = periods_of(state.terms)
    return tuple(_working(step, periods) for step in steps)


def _working(step: Step, periods: Periods) -> Working:
    above, below = step.exact.as_integer_ratio()
    late = step.rule is Rule.LATE_INTEREST
    return Working(
        figure="late_interest" if late else "interest",
        row=step.row,
        exact=(Decimal(above) / Decimal(below) / 100).quantize(_MICRO),
        carried=Centavos(step.plus),
        result=step.result,
        **({"spans": tuple(map(_span, step.spans))} if late else _counted(step, periods)),
    )


def _counted(step: Step, periods: Periods) -> dict[str, Any]:
    """A row's spans, each with its days as the contract counts them in that row."""
    row = periods.due.index(step.on.toordinal())
    count = periods.day_count if row else periods.first_count
    begins = date.fromordinal(periods.begin(row))
    if count is DayCount.MONTH:
        month_days = periods.ends[row + 1] - periods.ends[row]
        spans = tuple(map(_span, step.spans))
        return {"spans": spans, "day_count": count, "period_days": month_days}
    pieces = _by_year(step.spans) if count is DayCount.ACT_ACT else step.spans
    return {"spans": tuple(_days_of(one, count, begins) for one in pieces), "day_count": count}


def _days_of(span: Span, count: DayCount, begins: date) -> SpanFact:
    match count:
        case DayCount.EFF_365:
            return _span(span)
        case DayCount.ACT_ACT:
            return _span(span, span.days, 365 + isleap(span.start.year))
        case DayCount.ACT_365:
            return _span(span, span.days, 365)
        case DayCount.ACT_360:
            return _span(span, span.days, 360)
        case _:
            days = elapsed(count, begins, span.end) - elapsed(count, begins, span.start)
            return _span(span, days, 360)


def _by_year(spans: Iterable[Span]) -> Iterator[Span]:
    """The same days, cut on each 1 January: a year's days count over its own length."""
    for span in spans:
        start = span.start
        for year in range(start.year, span.end.year):
            new_year = date(year + 1, 1, 1)
            yield span._replace(start=start, end=new_year)
            start = new_year
        if start < span.end:
            yield span._replace(start=start)


def _span(span: Span, counted: int | None = None, over: int | None = None) -> SpanFact:
    return SpanFact(
        start=span.start,
        end=span.end,
        base=span.base,
        rate_ea=span.rate_ea,
        limited=span.limited,
        counted=counted,
        over=over,
    )


def rates_of(credit: Credit, state: State, workings: Iterable[Working]) -> RatesFact:
    """The rates agreed and applied, and the limit of the state's day."""
    agreed = state.terms.rate_ea
    spans = [span for one in workings if one.figure == "interest" for span in one.spans]
    applied = min((span.rate_ea for span in spans), default=agreed)
    return RatesFact(
        agreed_ea=agreed,
        applied_ea=applied,
        applied_monthly=monthly(applied),
        limited=applied < agreed,
        late_ea=state.terms.late_rate_ea,
        cap_ea=certified_limit(credit.rates, state.as_of),
    )
