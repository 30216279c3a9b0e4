"""How the figures of a statement were computed: balance, rate and days (art. 2.2.2.35.6)."""

from collections.abc import Iterable
from decimal import Decimal

from finportal.lending import Centavos, State, Trace
from finportal.lending.day_counts import DayCount
from finportal.lending.explanation import Rule, Step
from finportal.lending.state import RowState
from finportal.services.costs import certified_limit
from finportal.services.documents.papers import RatesFact, SpanFact, Working
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
    by_month = state.terms.conventions.day_count is DayCount.MONTH
    return tuple(_working(step, by_month=by_month) for step in steps)


def _working(step: Step, *, by_month: bool) -> Working:
    """`by_month`: a month's rate is spread over its days, but for the first row's own rule."""
    figure = "late_interest" if step.rule is Rule.LATE_INTEREST else "interest"
    spread = by_month and figure == "interest" and step.row > 1
    above, below = step.exact.as_integer_ratio()
    return Working(
        figure=figure,  # type: ignore[arg-type]
        row=step.row,
        spans=tuple(
            SpanFact(
                start=span.start,
                end=span.end,
                base=span.base,
                rate_ea=span.rate_ea,
                limited=span.limited,
            )
            for span in step.spans
        ),
        exact=(Decimal(above) / Decimal(below) / 100).quantize(_MICRO),
        carried=Centavos(step.plus),
        result=step.result,
        period_days=int(step.inputs["period_days"]) if spread else None,
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
