"""Register: the data given when the credit was requested, and consent."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField

from finportal.services import identity, registration
from finportal.services.registration import Application
from finportal.web.context import here, surroundings
from finportal.web.forms import email_field
from finportal.web.identity_forms import (
    ID_TYPES,
    IdentityForm,
    consent_field,
    mobile_field,
    number_field,
)
from finportal.web.policies import data_policy
from finportal.web.rendering import go, is_fragment, show

bp = Blueprint("register", __name__, url_prefix="/registro")


class RegisterForm(IdentityForm):
    """Who the person says to be."""

    id_type = SelectField(_("Tipo de identificación"), choices=ID_TYPES)
    id_number = number_field(_("Número de identificación"))
    email = email_field()
    mobile = mobile_field()
    consent = consent_field()

    def application(self) -> Application:
        """What was typed, in canonical form."""
        return Application(
            id_type=self.id_type.data,
            id_number=identity.id_number(self.id_type.data, self.id_number.data or ""),
            email=identity.email(self.email.data or ""),
            mobile=identity.mobile(self.mobile.data or ""),
            consent=data_policy(),
        )


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return show("steps/register.html", form=RegisterForm(), mismatch=False)


@bp.post("")
def answer() -> BaseResponse:
    """Match the data; on to "check your mail", or the dialog that says they do not match."""
    form, portal = RegisterForm(), here()
    if not form.validate():
        return show("steps/register.html", 422, form=form, mismatch=False)
    matched = registration.register(portal.db, portal.vault, form.application(), surroundings())
    portal.jobs.wake()
    if matched or portal.settings.silent_registration:
        return go("register.sent")
    return show("steps/register.html", 422, form=form, mismatch=True, dialog=is_fragment())


@bp.get("/correo")
def sent() -> Response:
    """Say that a mail is on its way."""
    return show("steps/register_sent.html")
