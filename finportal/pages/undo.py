"""The mailed link that undoes a change of contact data."""

from http import HTTPStatus

from flask import Blueprint, Response, abort
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.contacts import undoing
from finportal.services.contacts.undoing import Now, Undo
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.rendering import go, show

bp = Blueprint("undo", __name__, url_prefix="/deshacer")


@bp.get("/<token>")
def ask(token: str) -> Response:
    """Show what the link would undo; looking changes nothing."""
    found = undoing.look(here().db, token, surroundings())
    return _page(found, token, BaseForm())


@bp.post("/<token>")
def answer(token: str) -> BaseResponse:
    """Undo it, once."""
    form, portal = BaseForm(), here()
    if not form.validate():
        found = undoing.look(portal.db, token, surroundings())
        return _page(found, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if undoing.undo(portal.db, portal.vault, token, surroundings()) is None:
        abort(404)
    portal.jobs.wake()
    return go("undo.ask", token=token)


def _page(found: Undo | None, token: str, form: BaseForm, status: int = 200) -> Response:
    if found is None:
        abort(404)
    over = HTTPStatus.CONFLICT if found.now is Now.OVER else status
    response = show("pages/undo.html", over, found=found, token=token, form=form)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token
    return response
