"""Register: the data given when the credit was requested, and consent."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, SelectField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from finportal.services import identity, registration
from finportal.services.identity import IdType
from finportal.services.registration import Application
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, canonical, email_field, text_field
from finportal.web.policies import data_policy
from finportal.web.rendering import go, is_fragment, show

bp = Blueprint("register", __name__, url_prefix="/registro")

ID_TYPES = [
    SelectChoice(value=IdType.CC.value, label=_("Cédula de ciudadanía")),
    SelectChoice(value=IdType.NIT.value, label=_("NIT")),
    SelectChoice(value=IdType.CE.value, label=_("Cédula de extranjería")),
    SelectChoice(value=IdType.PPT.value, label=_("Permiso por protección temporal (PPT)")),
    SelectChoice(value=IdType.PAS.value, label=_("Pasaporte")),
    SelectChoice(value=IdType.TI.value, label=_("Tarjeta de identidad")),
]
WRONG_NUMBER = _("Escriba su número de identificación, solo números")
WRONG_NIT = _("Revise el NIT y su dígito de verificación")
WRONG_PASSPORT = _("Escriba el número de su pasaporte, sin espacios")
WRONG_MOBILE = _("Escriba los 10 dígitos de su celular; empieza por 3")


class RegisterForm(BaseForm):
    """Who the person says to be."""

    id_type = SelectField(_("Tipo de identificación"), choices=ID_TYPES)
    id_number = text_field(_("Número de identificación"), WRONG_NUMBER, inputmode="text")
    email = email_field()
    mobile = text_field(
        _("Celular"),
        WRONG_MOBILE,
        [canonical(identity.mobile, WRONG_MOBILE)],
        type="tel",
        autocomplete="tel-national",
    )
    consent = BooleanField(
        validators=[InputRequired(_("Para continuar debe aceptar el tratamiento de sus datos"))]
    )

    text = HiddenField(default=lambda: data_policy().digest)

    def validate_consent(self, _field: object) -> None:
        """What is accepted is the text that was shown."""
        if self.text.data != data_policy().digest:
            raise ValidationError(_("El texto de la autorización cambió; léalo otra vez"))

    def validate_id_number(self, _field: object) -> None:
        """The number must fit the type chosen."""
        kind = self.id_type.data
        message = {IdType.NIT: WRONG_NIT, IdType.PAS: WRONG_PASSPORT}.get(kind, WRONG_NUMBER)
        try:
            identity.id_number(kind, self.id_number.data or "")
        except identity.NotIdentity as error:
            raise ValidationError(message) from error

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
