"""Autorizaciones: each text the customer accepted, and what may be given or taken back."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.models.records import COMMERCIAL, SERVICING
from finportal.services import consents
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import from_our_page
from finportal.web.policies import commercial_text
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("authorisations", __name__, url_prefix="/datos/autorizaciones")


@bp.get("")
def show() -> Response:
    """List what was accepted, with its words, when and from where."""
    with here().db.reading() as link:
        given = consents.of_customer(link, _customer())
    return draw(
        "pages/authorisations.html",
        given=given,
        servicing=consents.in_force(given, SERVICING),
        commercial=consents.in_force(given, COMMERCIAL),
        offers=commercial_text(),
    )


@bp.post("/ofertas")
@from_our_page
def give() -> BaseResponse:
    """Allow offers: what is accepted is the text that was shown."""
    if session.held():
        return go("authorisations.show", "held")
    text = commercial_text()
    if request.form.get("texto") != text.digest:
        return go("authorisations.show", "text_changed")
    with here().db.write() as link:
        consents.give(link, _customer(), text, surroundings())
    return go("preferences.ask", "offers_allowed")


@bp.post("/ofertas/retirar")
@from_our_page
def withdraw() -> BaseResponse:
    """Take the authorisation for offers back, from this moment."""
    if session.held():
        return go("authorisations.show", "held")
    with here().db.write() as link:
        consents.withdraw(link, _customer(), COMMERCIAL, surroundings())
    return go("authorisations.show", "offers_stopped")


def _customer() -> int:
    return session.the_visit().customer_id or 0
