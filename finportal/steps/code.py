"""Sign in on a new device: the code that was mailed after the right password."""

from http import HTTPStatus

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.journey import home_of
from finportal.services import device_codes
from finportal.services.codes import CodeOver, WrongCode
from finportal.services.errors import TooMany
from finportal.services.identity import masked_email
from finportal.web import session
from finportal.web.code_forms import CodeForm, asked_too_often
from finportal.web.context import here, surroundings
from finportal.web.forms import STALE, BaseForm
from finportal.web.rendering import go, leave_for, show

bp = Blueprint("code", __name__, url_prefix="/ingresar/codigo")


@bp.get("")
def ask() -> Response:
    """Show the form, and where the code went."""
    return _form(CodeForm())


@bp.post("")
def answer() -> BaseResponse:
    """Open the account and know this browser, or say what is wrong with the code."""
    form, portal = CodeForm(), here()
    if not form.validate():
        return _form(form, 422)
    typed = form.code.data or ""
    try:
        entered = device_codes.enter(
            portal.db, portal.vault, session.the_visit(), typed, surroundings()
        )
    except WrongCode as why:
        return _form(form.explained(why), 422)
    except CodeOver as why:
        return _form(form.explained(why), HTTPStatus.CONFLICT)
    session.enter(entered.token, entered.device_token)
    portal.jobs.wake()
    return leave_for(home_of(entered.stage))


@bp.post("/otro")
def again() -> BaseResponse:
    """Mail another code, or say when one may be asked for."""
    form, portal = CodeForm(), here()
    if not BaseForm().validate():
        form.refuse(str(STALE))
        return _form(form, 422)
    try:
        device_codes.send(portal.db, portal.vault, session.the_visit(), surroundings())
    except TooMany as refusal:
        form.refuse(asked_too_often(refusal.wait))
        return _form(form, HTTPStatus.TOO_MANY_REQUESTS)
    except CodeOver:
        return go("email.ask", "expired")
    portal.jobs.wake()
    return go("code.ask", "code_again")


def _form(form: CodeForm, status: int = 200) -> Response:
    visit = session.the_visit()
    sent = device_codes.open_code(here().db, visit, surroundings())
    form.code.data = None
    return show("steps/code.html", status, form=form, sent=sent, address=masked_email(visit.email))
