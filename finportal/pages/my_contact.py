"""A new e-mail or mobile: the password again, the new value, and the code that was mailed."""

from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import my_contacts
from finportal.services.codes import CodeOver, WrongCode
from finportal.services.contact_changes import Held, Unchanged
from finportal.services.errors import AlreadyDone, TooMany
from finportal.web import session
from finportal.web.contact_forms import (
    FIELD_OF,
    FORM_OF,
    CodeForm,
    wait_words,
    with_fresh_password,
    wrong_words,
)
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, from_our_page
from finportal.web.rendering import go, show

bp = Blueprint("my_contact", __name__, url_prefix="/datos/<any(celular, correo):what>")


@bp.get("")
@with_fresh_password
def ask(what: str) -> Response:
    """Show the form."""
    return _form(what, FORM_OF[FIELD_OF[what]]())


@bp.post("")
@with_fresh_password
def answer(what: str) -> BaseResponse:
    """Mail a code for the new value."""
    form, portal, field = FORM_OF[FIELD_OF[what]](), here(), FIELD_OF[what]
    if not form.validate():
        return _form(what, form, 422)
    try:
        my_contacts.send_code(
            portal.db,
            portal.vault,
            session.the_visit(),
            field,
            form["new"].data,
            around=surroundings(),
        )
    except Unchanged:
        form["new"].errors = [gettext("Es el mismo que ya tenemos: escriba otro")]
        return _form(what, form, 422)
    except TooMany as error:
        return _form(what, form.refuse(wait_words(error)), HTTPStatus.TOO_MANY_REQUESTS)
    portal.jobs.wake()
    return go("my_contact.ask_code", what=what)


@bp.get("/codigo")
@with_fresh_password
def ask_code(what: str) -> BaseResponse:
    """Ask for the code, while one is open."""
    return _code_form(what, CodeForm())


@bp.post("/codigo")
@with_fresh_password
def answer_code(what: str) -> BaseResponse:
    """Change the data when the code is right."""
    form, portal, visit = CodeForm(), here(), session.the_visit()
    if not form.validate():
        return _code_form(what, form, 422)
    code = form.code.data or ""
    try:
        my_contacts.prove(
            portal.db, portal.vault, visit, FIELD_OF[what], code, around=surroundings()
        )
    except WrongCode as error:
        form.code.errors = [wrong_words(error)]
        return _code_form(what, form, 422)
    except (CodeOver, AlreadyDone, Unchanged, Held):
        return go("my_data.show", "code_over")
    portal.jobs.wake()
    return go("my_data.show", "contact_changed")


@bp.post("/codigo/otro")
@with_fresh_password
@from_our_page
def again(what: str) -> BaseResponse:
    """Mail another code for the same value."""
    portal, visit, field = here(), session.the_visit(), FIELD_OF[what]
    waiting = my_contacts.waiting(portal.db, visit, field, surroundings())
    if waiting is None:
        return go("my_data.show", "code_over")
    try:
        my_contacts.send_code(
            portal.db, portal.vault, visit, field, waiting.address, around=surroundings()
        )
    except TooMany as error:
        form = CodeForm(formdata=None).refuse(wait_words(error))
        return _code_form(what, form, HTTPStatus.TOO_MANY_REQUESTS)
    portal.jobs.wake()
    return go("my_contact.ask_code", "code_again", what=what)


def _form(what: str, form: BaseForm, status: int = 200) -> Response:
    return show("pages/my_data_form.html", status, form=form, what=what)


def _code_form(what: str, form: BaseForm, status: int = 200) -> BaseResponse:
    visit = session.the_visit()
    waiting = my_contacts.waiting(here().db, visit, FIELD_OF[what], surroundings())
    if waiting is None:
        return go("my_data.show", "code_over")
    return show(
        "pages/my_data_code.html", status, form=form, what=what, waiting=waiting, email=visit.email
    )
