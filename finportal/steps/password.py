"""Sign in, step 3: the identification number and the password."""

from flask import Blueprint, Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import device_codes, signin, visits
from finportal.services.errors import Refused
from finportal.services.signin import SignedIn
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, password_field, text_field
from finportal.web.recognition import recognition_of
from finportal.web.rendering import show
from finportal.web.unfinished import onward

bp = Blueprint("password", __name__, url_prefix="/ingresar/clave")


class PasswordForm(BaseForm):
    """What only the customer knows."""

    id_number = text_field(
        _("Número de identificación"),
        _("Escriba su número de identificación"),
        inputmode="text",
        autocomplete="off",
    )
    password = password_field(_("Contraseña"), "current-password", _("Escriba su contraseña"))


@bp.get("")
def ask() -> Response:
    """Show the form, with image and phrase above it."""
    return _form(PasswordForm.blank())


@bp.post("")
def answer() -> BaseResponse:
    """Open the account, or say the one sentence that stands for every failure."""
    form, portal = PasswordForm(), here()
    if not form.validate():
        return _form(form, 422)
    try:
        entered = signin.sign_in(
            portal.db,
            portal.vault,
            session.the_visit(),
            surroundings(),
            number=form.id_number.data or "",
            password=form.password.data or "",
        )
    except Refused:
        return _form(form.refuse(_refusal()), 422)
    return _go_on(entered)


def _go_on(entered: SignedIn) -> BaseResponse:
    """To the account, or to the code that a device it does not know has to give first."""
    portal, notice = here(), None
    session.enter(entered.token, entered.device_token)
    if entered.stage == visits.CODE_DUE:
        sent = device_codes.send_first(portal.db, portal.vault, entered.token, surroundings())
        notice = None if sent else "code_paused"
        portal.jobs.wake()
    return onward(entered.stage, notice)


def _form(form: BaseForm, status: int = 200) -> Response:
    visit = session.the_visit()
    return show(
        "steps/password.html",
        status,
        form=form,
        recognition=recognition_of(visit),
        email=visit.email,
    )


def _refusal() -> str:
    sentence: str = gettext(
        "El número de identificación o la contraseña no son correctos, o el ingreso está en pausa "
        "por varios intentos. Revíselos, espere 15 minutos o cree una contraseña nueva."
    )
    return sentence
