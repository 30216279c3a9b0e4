"""Where each figure comes from, as plain JSON: the rule, its inputs, and the value unrounded."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from fractions import Fraction

from finportal.lending import Centavos, Trace, pesos_text
from finportal.lending.explanation import Span, Step
from finportal.services.terms_json import Json, agreed_rate

_COUNTS = frozenset({"rows", "period_days"})
_CENTAVOS = 100
_DIGITS = 60
_SHOWN = Decimal("1e-12")


def steps_json(trace: Trace) -> list[Json]:
    """The steps of a trace in the order of their computation, amounts in pesos.

    `result` is `exact` rounded half-up to a multiple of `unit` ("0.00": as it is), and `plus`.
    """
    return [_step(step) for step in trace.steps]


def _step(step: Step) -> Json:
    exact = step.exact / _CENTAVOS
    return {
        "rule": step.rule.name.lower(),
        "sentence": step.rule.value,
        "row": step.row,
        "on": step.on.isoformat(),
        "inputs": _inputs(step.inputs),
        "spans": [_span(span) for span in step.spans],
        "exact": str(exact),
        "exact_decimal": _decimal(exact),
        "unit": pesos_text(Centavos(step.unit)),
        "plus": pesos_text(Centavos(step.plus)),
        "result": pesos_text(step.result),
    }


def _inputs(inputs: Mapping[str, Decimal | int | str]) -> Json:
    return {name.replace(" ", "_"): _input(name, value) for name, value in inputs.items()}


def _input(name: str, value: Decimal | int | str) -> int | str:
    if isinstance(value, Decimal):
        return agreed_rate(value)
    if isinstance(value, str) or name in _COUNTS:
        return value
    return pesos_text(Centavos(value))


def _span(span: Span) -> Json:
    return {
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "days": span.days,
        "base": pesos_text(span.base),
        "rate_ea": agreed_rate(span.rate_ea),
        "limited": span.limited,
    }


def _decimal(exact: Fraction) -> str:
    """The first twelve decimals, cut and not rounded, so that nothing looks like a half."""
    with localcontext(Context(prec=_DIGITS, rounding=ROUND_DOWN)):
        return f"{(Decimal(exact.numerator) / exact.denominator).quantize(_SHOWN):f}"
