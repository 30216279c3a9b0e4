"""Register by code, step 2: whether the e-mail that the lender holds is still the customer's."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from finportal.services import enrolment_codes
from finportal.services.errors import TooMany
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.rendering import go, show

bp = Blueprint("address", __name__, url_prefix="/registro/correo")

YES, NO = "si", "no"


class AddressForm(BaseForm):
    """Whether the address is right."""

    answer = RadioField(
        _("¿Es su correo?"),
        choices=[
            SelectChoice(value=YES, label=_("Sí, es mi correo")),
            SelectChoice(value=NO, label=_("Cambio de correo")),
        ],
        validators=[InputRequired(_("Elija una opción"))],
    )


@bp.get("")
def ask() -> Response:
    """Show the masked address."""
    return _form(AddressForm())


@bp.post("")
def answer() -> BaseResponse:
    """Send the code there, or go on to the questions."""
    form, portal = AddressForm(), here()
    if not form.validate():
        return _form(form, 422)
    if form.answer.data == NO:
        return go("questions.ask")
    visit = session.the_visit()
    try:
        enrolment_codes.send_to_file(portal.db, portal.vault, visit, surroundings())
    except TooMany:
        return go("mailed_code.ask", "code_later")
    portal.jobs.wake()
    return go("mailed_code.ask")


def _form(form: AddressForm, status: int = 200) -> Response:
    masked = enrolment_codes.address_on_file(here().db, session.the_visit())
    return show("steps/address.html", status, form=form, masked=masked)
