"""The repayment schedule of a credit, row by row."""

from flask import Blueprint, Response

from finportal.web.own_credit import looked_at
from finportal.web.rendering import show as draw

bp = Blueprint("plan", __name__, url_prefix="/credito")


@bp.get("/<number>/plan")
def show(number: str) -> Response:
    """Show every instalment: paid, partly paid, pending."""
    looked = looked_at(number)
    return draw(
        "pages/plan.html", looked.status, looked=looked, form=looked.form, state=looked.state()
    )
