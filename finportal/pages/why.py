"""¿Por qué este valor?: each figure with its rule, its days, its limit and its rounding."""

from flask import Blueprint, Response, abort

from finportal.services import explaining
from finportal.web.own_credit import looked_at
from finportal.web.rendering import show as draw

bp = Blueprint("why", __name__, url_prefix="/credito")


@bp.get("/<number>/porque/<any(payoff, due, accrued, late, principal, instalment):figure>")
def show(number: str, figure: str) -> Response:
    """Explain a figure of the credit on a day."""
    looked = looked_at(number, day_in_form=False)
    found = explaining.explain(looked.credit, looked.on, figure)
    template = f"pages/why_{figure}.html" if figure in explaining.ADDED_UP else "pages/why.html"
    return draw(template, looked=looked, figure=figure, explanation=found)


@bp.get("/<number>/porque/cuota/<int:row>")
def instalment(number: str, row: int) -> Response:
    """Explain an instalment of the schedule."""
    looked = looked_at(number, day_in_form=False)
    found = explaining.explain_row(looked.credit, looked.on, row)
    if found is None:
        abort(404)
    return draw("pages/why_instalment.html", looked=looked, explanation=found)


@bp.get("/<number>/porque/movimiento/<int:record>")
def movement(number: str, record: int) -> Response:
    """Explain how a payment was applied."""
    looked = looked_at(number, day_in_form=False)
    line = explaining.movement(looked.credit, looked.on, record)
    if line is None:
        abort(404)
    order = looked.credit.terms.conventions.allocation_order
    return draw("pages/why_movement.html", looked=looked, line=line, order=order)
