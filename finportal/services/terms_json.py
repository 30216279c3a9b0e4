"""Amounts, rates, terms and rows of a schedule as plain JSON values: no float, no locale."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from finportal.lending import Terms, pesos_text
from finportal.lending.conventions import Conventions
from finportal.lending.parts import Parts
from finportal.lending.rates import nominal_rate, periodic_rate
from finportal.lending.schedule import Row
from finportal.lending.state import RowState

Json = dict[str, Any]

AGREED_DECIMALS = 4
_DERIVED = Decimal("1e-12")
"""A rate that was computed is written to the twelfth decimal of the fraction, half-up."""


def agreed_rate(rate: Decimal) -> str:
    """A rate as it was agreed or certified: every digit of the fraction, four decimals at least."""
    whole, _, decimals = f"{rate:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(AGREED_DECIMALS, '0')}"


def derived_rate(rate: Decimal) -> str:
    """A rate that follows from others, as a fraction with twelve decimals."""
    return f"{rate.quantize(_DERIVED, ROUND_HALF_UP):f}"


def parts_json(parts: Parts) -> Json:
    """An amount by what it is for, and in all, in pesos."""
    return {name: pesos_text(amount) for name, amount in parts._asdict().items()} | {
        "total": pesos_text(parts.total)
    }


def terms_json(terms: Terms) -> Json:
    """A version of a contract, in the names that `loan simulate` gives its options."""
    late = terms.late_rate_ea
    return {
        "principal": pesos_text(terms.principal),
        "rate_ea": agreed_rate(terms.rate_ea),
        "rate_nmv": derived_rate(nominal_rate(terms.rate_ea)),
        "rate_monthly": derived_rate(periodic_rate(terms.rate_ea)),
        "late_rate_ea": None if late is None else agreed_rate(late),
        "instalments": terms.instalments,
        "disbursed_on": terms.disbursed_on.isoformat(),
        "first_due_on": terms.first_due.isoformat(),
        "anchor_day": terms.anchor,
        "insurance_rate": agreed_rate(terms.insurance_rate),
        "insurance_monthly": pesos_text(terms.insurance_fixed),
        "balloon": pesos_text(terms.balloon),
        "grace_principal": terms.grace_principal,
        "grace_interest": terms.grace_interest,
        "conventions": _conventions(terms.conventions),
    }


def _conventions(choices: Conventions) -> Json:
    return {
        "day_count": choices.day_count.value,
        "first_period": choices.first_period.value,
        "allocation_order": [part.value for part in choices.allocation_order],
        "allocation_by": choices.allocation_by.value,
        "fee_placement": choices.fee_placement.value,
        "fee_needs_evidence": choices.fee_needs_evidence,
        "cap_test": choices.cap_test.value,
        "cap_saving": choices.cap_saving.value,
        "payoff_insurance": choices.payoff_insurance.value,
        "grace_days": choices.grace_days,
        "business_days": choices.business_days,
        "reclassify_days": choices.reclassify_days,
        "acceleration_agreed": choices.acceleration_agreed,
        "unit": pesos_text(choices.unit),
        "instalment_unit": pesos_text(choices.instalment_unit or choices.unit),
    }


ROW_AMOUNTS = (
    "opening", "interest", "principal", "instalment", "insurance", "total", "balance",
)  # fmt: skip


def row_json(row: Row | RowState) -> Json:
    """What a row of a schedule charges, in pesos."""
    return {
        "n": row.number,
        "due_date": row.due_date.isoformat(),
        **{name: pesos_text(getattr(row, name)) for name in ROW_AMOUNTS},
    }
