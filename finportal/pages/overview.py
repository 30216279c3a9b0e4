"""The customer's credits, the first page after signing in."""

from flask import Blueprint, Response

from finportal.services import credits as portfolio
from finportal.services.days import bogota_day
from finportal.web import session
from finportal.web.context import here
from finportal.web.rendering import show as draw

bp = Blueprint("overview", __name__, url_prefix="/cuenta")


@bp.get("")
def show() -> Response:
    """Show every credit of this customer."""
    visit = session.the_visit()
    today = bogota_day(here().clock())
    with here().db.reading() as link:
        loans = portfolio.of_customer(link, visit.customer_id or 0, today)
    return draw(
        "pages/overview.html",
        credits=loans,
        today=today,
        name=visit.customer_name or "",
        last_access=visit.previous_sign_in_at,
        held_until=visit.held_until if session.held() else None,
    )
