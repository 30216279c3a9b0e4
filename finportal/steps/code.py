"""Sign in on a new device: the code that was mailed after the right password."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.journey import home_of
from finportal.services import device_codes
from finportal.services.codes import CodeOver
from finportal.services.identity import masked_email
from finportal.web import code_pages, session
from finportal.web.code_forms import CodeForm
from finportal.web.context import here, surroundings
from finportal.web.rendering import go, leave_for, show

bp = Blueprint("code", __name__, url_prefix="/ingresar/codigo")


@bp.get("")
def ask() -> Response:
    """Show the form, and where the code went."""
    return _form(CodeForm())


@bp.post("")
def answer() -> BaseResponse:
    """Open the account and know this browser, or say what is wrong with the code."""
    return code_pages.take(_enter, _form)


@bp.post("/otro")
def again() -> BaseResponse:
    """Mail another code, or say when one may be asked for."""
    return code_pages.send_again(_send, _form)


def _enter(typed: str) -> BaseResponse:
    portal, visit = here(), session.the_visit()
    entered = device_codes.enter(portal.db, portal.vault, visit, typed, surroundings())
    session.enter(entered.token, entered.device_token)
    portal.jobs.wake()
    return leave_for(home_of(entered.stage))


def _send() -> BaseResponse:
    portal = here()
    try:
        device_codes.send(portal.db, portal.vault, session.the_visit(), surroundings())
    except CodeOver:
        return go("email.ask", "expired")
    return go("code.ask", "code_again")


def _form(form: CodeForm, status: int = 200) -> Response:
    visit = session.the_visit()
    sent = device_codes.open_code(here().db, visit, surroundings())
    form.code.data = None
    return show("steps/code.html", status, form=form, sent=sent, address=masked_email(visit.email))
