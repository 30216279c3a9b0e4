"""Register by code, step 3: the code that proves the address."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import enrolment_codes
from finportal.web import code_pages, session
from finportal.web.code_forms import CodeForm
from finportal.web.context import here, surroundings
from finportal.web.rendering import go, show

bp = Blueprint("mailed_code", __name__, url_prefix="/registro/codigo")


@bp.get("")
def ask() -> Response:
    """Show the form, and where the code went."""
    return _form(CodeForm())


@bp.post("")
def answer() -> BaseResponse:
    """The right code leads on, under a new session token."""
    return code_pages.take(_prove, _form)


@bp.post("/otro")
def again() -> BaseResponse:
    """Mail another code, or say when one may be asked for."""
    return code_pages.send_again(_send, _form)


def _prove(typed: str) -> BaseResponse:
    portal, visit = here(), session.the_visit()
    token = enrolment_codes.prove(portal.db, portal.vault, visit, typed, surroundings())
    session.renew(token)
    return go("own_password.ask")


def _send() -> BaseResponse:
    portal = here()
    enrolment_codes.again(portal.db, portal.vault, session.the_visit(), surroundings())
    return go("mailed_code.ask", "code_again")


def _form(form: CodeForm, status: int = 200) -> Response:
    portal, visit = here(), session.the_visit()
    sent = enrolment_codes.sent(portal.db, visit, surroundings())
    form.code.data = None
    address = enrolment_codes.shown_address(portal.db, portal.vault, visit)
    return show("steps/mailed_code.html", status, form=form, sent=sent, address=address)
