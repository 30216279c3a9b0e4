"""Register by code, after a case was approved: the mailed link goes on at the password."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import cases
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.errors import error_page
from finportal.web.forms import BaseForm
from finportal.web.rendering import go, show

bp = Blueprint("invitation", __name__, url_prefix="/registro/enlace")


@bp.get("/<token>")
def ask(token: str) -> Response:
    """Show a button; programs that look at links in mail use nothing up."""
    with here().db.read() as db:
        good = cases.is_good(db, token, surroundings())
    return _form(BaseForm(), token) if good else error_page(409)


@bp.post("/<token>")
def answer(token: str) -> BaseResponse:
    """Use the link up; the registration goes on."""
    form, portal = BaseForm(), here()
    if not form.validate():
        return _form(form, token, 422)
    opened = cases.follow(portal.db, token, surroundings(), replacing=session.current_visit())
    session.renew(opened)
    return go("own_password.ask")


def _form(form: BaseForm, token: str, status: int = 200) -> Response:
    response = show("steps/invitation.html", status, form=form, token=token)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token
    return response
