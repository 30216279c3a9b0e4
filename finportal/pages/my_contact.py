"""A new e-mail or mobile: the password again, the new value, and the code that was sent to it."""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.codes import CodeOver
from finportal.services.contacts import own
from finportal.services.contacts.changing import Held, Unchanged
from finportal.services.errors import AlreadyDone, TooMany
from finportal.web import code_pages, session
from finportal.web.code_forms import CodeForm, asked_too_often
from finportal.web.contact_forms import FIELD_OF, FORM_OF, form_page, with_fresh_password
from finportal.web.context import here, surroundings
from finportal.web.rendering import go, show

bp = Blueprint("my_contact", __name__, url_prefix="/datos/<any(celular, correo):what>")


@bp.get("")
@with_fresh_password
def ask(what: str) -> Response:
    """Show the form."""
    return form_page(what, FORM_OF[FIELD_OF[what]]())


@bp.post("")
@with_fresh_password
def answer(what: str) -> BaseResponse:
    """Send a code for the new value."""
    form = FORM_OF[FIELD_OF[what]]()
    if not form.validate():
        return form_page(what, form, 422)
    try:
        _send(what, form["new"].data)
    except Unchanged:
        form["new"].errors = [gettext("Es el mismo que ya tenemos: escriba otro")]
        return form_page(what, form, 422)
    except TooMany as error:
        refused = form.refuse(asked_too_often(error.wait))
        return form_page(what, refused, HTTPStatus.TOO_MANY_REQUESTS)
    here().jobs.wake()
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
    return code_pages.take(partial(_prove, what), partial(_code_form, what))


@bp.post("/codigo/otro")
@with_fresh_password
def again(what: str) -> BaseResponse:
    """Send another code for the same value."""
    return code_pages.send_again(partial(_send_again, what), partial(_code_form, what))


def _prove(what: str, typed: str) -> BaseResponse:
    portal, visit, field = here(), session.the_visit(), FIELD_OF[what]
    try:
        own.prove(portal.db, portal.vault, visit, field, typed, around=surroundings())
    except (CodeOver, AlreadyDone, Unchanged, Held):
        return go("my_data.show", "code_over")
    portal.jobs.wake()
    return go("my_data.show", "contact_changed")


def _send_again(what: str) -> BaseResponse:
    waiting = own.waiting(here().db, session.the_visit(), FIELD_OF[what], surroundings())
    if waiting is None:
        return go("my_data.show", "code_over")
    _send(what, waiting.address)
    return go("my_contact.ask_code", "code_again", what=what)


def _send(what: str, typed: str) -> None:
    portal, visit = here(), session.the_visit()
    around = surroundings()
    own.send_code(portal.db, portal.vault, visit, FIELD_OF[what], typed, around=around)


def _code_form(what: str, form: CodeForm, status: int = 200) -> BaseResponse:
    visit = session.the_visit()
    waiting = own.waiting(here().db, visit, FIELD_OF[what], surroundings())
    if waiting is None:
        return go("my_data.show", "code_over")
    form.code.data = None
    return show(
        "pages/my_data_code.html", status, form=form, what=what, waiting=waiting, email=visit.email
    )
