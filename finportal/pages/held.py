"""What an account must wait for after its e-mail changed, until when, and whom to call."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.web import session
from finportal.web.context import here
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("held", __name__, url_prefix="/cuenta/en-espera")


@bp.get("")
def show() -> BaseResponse | Response:
    """Explain; an account that waits for nothing has no such page."""
    visit = session.the_visit()
    if not visit.held(here().clock()):
        return go("overview.show")
    return draw("pages/held.html", until=visit.held_until)
