"""The customer's credits, the first page after signing in."""

from flask import Blueprint, Response
from flask_login import current_user

from finportal.services import credits as portfolio
from finportal.services.days import bogota_day
from finportal.services.payments import looking
from finportal.web import session
from finportal.web.context import here
from finportal.web.rendering import show as draw

bp = Blueprint("overview", __name__, url_prefix="/cuenta")


@bp.get("")
def show() -> Response:
    """Show every credit of this customer."""
    visit = session.the_visit()
    now, customer_id = here().clock(), visit.customer_id or 0
    today = bogota_day(now)
    with here().db.reading() as link:
        loans = portfolio.of_customer(link, customer_id, today)
        undecided = looking.under_way(link, customer_id, None, now)
    return draw(
        "pages/overview.html",
        credits=loans,
        in_process={one.loan_number: one.reference for one in reversed(undecided)},
        today=today,
        name=current_user.name,
        last_access=visit.previous_sign_in_at,
        held_until=visit.held_until if session.held() else None,
    )
