"""Signing out: the session dies on the server, and the browser forgets its copies."""

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import audit
from finportal.web import session, unfinished
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.rendering import go

bp = Blueprint("sign_out", __name__, url_prefix="/salir")


@bp.post("")
def answer() -> BaseResponse:
    """End the session; a page from before the session renewed itself may still ask for it."""
    visit = session.current_visit()
    if visit and not BaseForm().validate():
        return go("overview.show", "stale")
    if visit and visit.account_id:
        with here().db.write() as db:
            audit.record(db, "signed_out", surroundings(), account_id=visit.account_id)
    unfinished.forget()
    session.leave()
    response = go("home.show", "signed_out")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("")
def ask() -> BaseResponse:
    """A bookmark or Back arrives here: nothing is ended by looking."""
    return go("home.show")
