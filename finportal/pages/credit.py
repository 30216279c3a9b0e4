"""Mi crédito: what it owes on a day, what was agreed, and pictures of both."""

from flask import Blueprint, Response

from finportal.lending.rates import nominal_rate
from finportal.services.costs import limit_below, yearly_cost
from finportal.services.history import interest_paid
from finportal.services.payments.offers import owes
from finportal.web.charts import capital_curve, split_bars
from finportal.web.own_credit import looked_at
from finportal.web.rendering import show as draw

bp = Blueprint("credit", __name__, url_prefix="/credito")


@bp.get("/<number>")
def show(number: str) -> Response:
    """Show the credit on a day."""
    looked = looked_at(number)
    state = looked.state()
    terms = looked.credit.terms
    return draw(
        "pages/credit.html",
        looked.status,
        looked=looked,
        form=looked.form,
        state=state,
        payable=not looked.past and owes(state),
        terms=terms,
        nominal=nominal_rate(terms.rate_ea),
        cost=yearly_cost(terms),
        limit=limit_below(looked.credit.rates, terms.rate_ea, looked.on),
        paid_this_year=interest_paid(state, looked.on.year),
        paid_last_year=interest_paid(state, looked.on.year - 1),
        curve=capital_curve(state.rows, looked.credit.contract.begins, looked.on),
        bars=split_bars(state.rows),
    )
