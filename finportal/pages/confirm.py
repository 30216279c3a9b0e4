"""The password again, on the way to a page that asks for it."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField

from finportal.services import reproof
from finportal.services.errors import TooMany
from finportal.services.personalisation import WrongCurrentPassword
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, password_field
from finportal.web.freshness import way_back
from finportal.web.rendering import show
from finportal.web.unfinished import resumed

bp = Blueprint("confirm", __name__, url_prefix="/seguridad/clave")

PAUSED = _("Por seguridad, espere 15 minutos antes de escribir otra vez su contraseña.")


class ConfirmForm(BaseForm):
    """The password, and the page it leads to."""

    password = password_field(_("Contraseña"), "current-password", _("Escriba su contraseña"))
    a = HiddenField()


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return _form(ConfirmForm(a=request.args.get("a", "")))


@bp.post("")
def answer() -> BaseResponse:
    """Go on to the page under a new session token, or say that the password is wrong."""
    form, portal = ConfirmForm(), here()
    if not form.validate():
        return _form(form, 422)
    try:
        token = reproof.prove(
            portal.db, portal.vault, session.the_visit(), form.password.data or "", surroundings()
        )
    except WrongCurrentPassword:
        form.password.errors = [gettext("La contraseña no es correcta")]
        return _form(form, 422)
    except TooMany:
        return _form(form.refuse(PAUSED), HTTPStatus.TOO_MANY_REQUESTS)
    session.renew(token)
    return redirect(resumed(way_back(form.a.data or "")), 303)


def _form(form: ConfirmForm, status: int = 200) -> Response:
    email = session.the_visit().email
    return show("pages/confirm.html", status, form=form, email=email)
