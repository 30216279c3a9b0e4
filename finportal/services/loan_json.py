"""A credit as plain JSON objects, for the command line, pages and exports: docs/json.md.

Pure: the same credit and state give the same object. Amounts are pesos with two decimals, rates
fractions of one, days ISO 8601; every one of them is a string, so that no reader makes a float.
"""

from collections.abc import Iterable

from finportal import lending
from finportal.lending import (
    ENGINE_VERSION,
    Centavos,
    PayoffQuote,
    State,
    Terms,
    Trace,
    pesos_text,
    total_unified_cost,
)
from finportal.lending.parts import add_up
from finportal.lending.schedule import Row
from finportal.lending.state import RowState
from finportal.services.history_json import history_json
from finportal.services.ledger import Credit
from finportal.services.terms_json import (
    Json,
    derived_rate,
    parts_json,
    row_json,
    terms_json,
)
from finportal.services.trace_json import steps_json

_SUMMED = ("interest", "principal", "instalment", "insurance", "total")
_SUMMED_LATER = ("fees", "late_interest")


def show(credit: Credit, state: State) -> Json:
    """All there is to say of a credit on a day."""
    return {
        **summary(credit, state),
        "schedule": [_row(row) for row in state.rows],
        **history_json(credit, state),
    }


def summary(credit: Credit, state: State) -> Json:
    """A credit's figures on a day, without the rows and events they come from."""
    oldest, following = state.oldest_due_date, state.next_due_date
    return {
        **_head(credit, state),
        "status": credit.status,
        "settled": state.settled,
        "accelerated": state.accelerated,
        "written_off": state.written_off,
        "terms": terms_json(state.terms),
        "due": parts_json(state.due),
        "accrued_interest": pesos_text(state.accrued_interest),
        "principal_not_due": pesos_text(state.principal_not_due),
        "payoff_insurance": pesos_text(state.payoff_insurance),
        "credit": pesos_text(state.credit),
        "payoff": pesos_text(state.payoff),
        "days_past_due": state.days_past_due,
        "oldest_due_date": oldest and oldest.isoformat(),
        "next_due_date": following and following.isoformat(),
        "instalment": pesos_text(state.instalment),
        "interest_left": pesos_text(state.interest_left),
        "paid": parts_json(state.paid),
        "waived": parts_json(state.waived),
        "refunded": pesos_text(state.refunded),
    }


def schedule(credit: Credit, state: State) -> Json:
    """The schedule in force on a day, what was paid of each row, and the sums of the rows."""
    rows = state.rows
    return {
        **_head(credit, state),
        "instalment": pesos_text(state.instalment),
        "schedule": [_row(row) for row in rows],
        "totals": {
            **_totals(rows, *_SUMMED_LATER),
            "paid": parts_json(add_up(row.paid for row in rows)),
            "owed": parts_json(add_up(row.owed for row in rows)),
        },
    }


def payoff(credit: Credit, state: State, quote: PayoffQuote) -> Json:
    """What settles a credit on a day, and only on that day; `quote` is of the state's day."""
    return {
        **summary(credit, state),
        "valid_on": quote.on.isoformat(),
        "per_diem": pesos_text(quote.per_diem),
    }


def explain(credit: Credit, state: State, trace: Trace) -> Json:
    """Every step that led to the figures of a day; `trace` is of that replay."""
    return {
        **_head(credit, state),
        "payoff": pesos_text(state.payoff),
        "steps": steps_json(trace),
    }


def simulation(terms: Terms, upfront: Centavos) -> Json:
    """A contract's schedule at its agreed rate, before anybody signs it, and what it costs.

    `upfront`: charges of the first day, in centavos; they count in `vtu_ea` alone. Raises what
    `lending.schedule` and `lending.total_unified_cost` raise.
    """
    plan = lending.schedule(terms)
    rows = plan.rows
    return {
        "engine_version": ENGINE_VERSION,
        "terms": terms_json(terms),
        "instalment": pesos_text(plan.instalment),
        "vtu_ea": derived_rate(total_unified_cost(terms, upfront)),
        "upfront": pesos_text(upfront),
        "ends_on": rows[-1].due_date.isoformat(),
        "schedule": [row_json(row) for row in rows],
        "totals": _totals(rows),
    }


def _head(credit: Credit, state: State) -> Json:
    return {
        "loan_number": credit.loan_number,
        "as_of": state.as_of.isoformat(),
        "engine_version": ENGINE_VERSION,
        "provisional": state.provisional,
    }


def _row(row: RowState) -> Json:
    return {
        **row_json(row),
        "status": row.status.value,
        "fees": pesos_text(row.fees),
        "late_interest": pesos_text(row.late_interest),
        "paid": parts_json(row.paid),
        "owed": parts_json(row.owed),
    }


def _totals(rows: Iterable[Row | RowState], *more: str) -> Json:
    listed = list(rows)
    return {
        name: pesos_text(Centavos(sum(getattr(row, name) for row in listed)))
        for name in (*_SUMMED, *more)
    }
