"""Register by code, step 3: the six digits that prove the address."""

from http import HTTPStatus

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import enrolment_codes
from finportal.services.codes import CodeOver, WrongCode
from finportal.services.errors import TooMany
from finportal.services.identity import masked_email
from finportal.web import session
from finportal.web.code_forms import CodeForm, asked_too_often
from finportal.web.context import here, surroundings
from finportal.web.forms import STALE, BaseForm
from finportal.web.rendering import go, show

bp = Blueprint("mailed_code", __name__, url_prefix="/registro/codigo")


@bp.get("")
def ask() -> Response:
    """Show the form, and where the code went."""
    return _form(CodeForm())


@bp.post("")
def answer() -> BaseResponse:
    """The right code leads on, under a new session token."""
    form, portal = CodeForm(), here()
    if not form.validate():
        return _form(form, 422)
    typed = form.code.data or ""
    try:
        token = enrolment_codes.prove(
            portal.db, portal.vault, session.the_visit(), typed, surroundings()
        )
    except WrongCode as why:
        return _form(form.explained(why), 422)
    except CodeOver as why:
        return _form(form.explained(why), HTTPStatus.CONFLICT)
    session.renew(token)
    return go("own_password.ask")


@bp.post("/otro")
def again() -> BaseResponse:
    """Mail another code, or say when one may be asked for."""
    form, portal = CodeForm(), here()
    if not BaseForm().validate():
        form.refuse(str(STALE))
        return _form(form, 422)
    try:
        enrolment_codes.again(portal.db, portal.vault, session.the_visit(), surroundings())
    except TooMany as refusal:
        form.refuse(asked_too_often(refusal.wait))
        return _form(form, HTTPStatus.TOO_MANY_REQUESTS)
    portal.jobs.wake()
    return go("mailed_code.ask", "code_again")


def _form(form: CodeForm, status: int = 200) -> Response:
    visit = session.the_visit()
    sent = enrolment_codes.sent(here().db, visit, surroundings())
    form.code.data = None
    address = masked_email(visit.email)
    return show("steps/mailed_code.html", status, form=form, sent=sent, address=address)
