"""Preferencias de contacto: by which channels, at what hours, and for what."""

from typing import NamedTuple

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import preferences
from finportal.services.documents import delivery
from finportal.services.preferences import Chosen, NoChannel, NotAuthorised
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import from_our_page
from finportal.web.preference_form import AT_LEAST_ONE, PreferenceForm, filled
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("preferences", __name__, url_prefix="/datos/preferencias")


class Known(NamedTuple):
    """What holds for the customer; `medium`: how new statements are told of."""

    held: dict[str, Chosen]
    offers: bool
    medium: str


@bp.get("")
def ask() -> Response:
    """Show what holds."""
    known = _known()
    return _form(filled(known.held, offers=known.offers), known)


@bp.post("")
def answer() -> BaseResponse:
    """Keep what was chosen, all of it or nothing."""
    known = _known()
    form = PreferenceForm.open(offers=known.offers)
    if not form.validate():
        return _form(form, known, 422)
    if session.held():
        return go("preferences.ask", "held")
    try:
        with here().db.write() as link:
            for choice in form.choices_made(known.held):
                preferences.choose(link, _customer(), choice, surroundings())
    except NoChannel:
        form.collections_channels.errors = [gettext(AT_LEAST_ONE)]
        return _form(form, known, 422)
    except NotAuthorised:  # taken back in another window meanwhile
        return go("preferences.ask", "stale")
    return go("preferences.ask", "preferences_saved")


@bp.post("/extractos")
@from_our_page
def statements() -> BaseResponse:
    """Choose whether new statements are told of by mail."""
    if session.held():
        return go("preferences.ask", "held")
    medium = "mail" if request.form.get("medio") == "mail" else "portal"
    with here().db.write() as link:
        delivery.choose(link, _customer(), medium, surroundings())
    return go("preferences.ask", f"notice_{medium}")


def _known() -> Known:
    with here().db.reading() as link:
        return Known(
            preferences.of_customer(link, _customer()),
            preferences.authorised(link, _customer()),
            delivery.chosen(link, _customer()),
        )


def _form(form: PreferenceForm, known: Known, status: int = 200) -> Response:
    return draw("pages/preferences.html", status, form=form, medium=known.medium)


def _customer() -> int:
    return session.the_visit().customer_id or 0
