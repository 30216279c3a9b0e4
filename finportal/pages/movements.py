"""The movements of a credit: what was paid, how it was applied, what was reversed."""

from flask import Blueprint, Response

from finportal.services.history import history
from finportal.web.own_credit import looked_at
from finportal.web.rendering import show as draw

bp = Blueprint("movements", __name__, url_prefix="/credito")


@bp.get("/<number>/movimientos")
def show(number: str) -> Response:
    """Show the movements, the newest first."""
    looked = looked_at(number)
    state = looked.state()
    return draw(
        "pages/movements.html",
        looked.status,
        looked=looked,
        form=looked.form,
        state=state,
        lines=history(looked.credit, state),
    )
