"""Fields of the forms that say who a person is: document, mobile, consent."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from finportal.services import identity
from finportal.services.identity import IdType
from finportal.web.forms import BaseForm, canonical, text_field
from finportal.web.policies import data_policy

NIT = SelectChoice(value=IdType.NIT.value, label=_("NIT"))
ID_TYPES = [
    SelectChoice(value=IdType.CC.value, label=_("Cédula de ciudadanía")),
    NIT,
    SelectChoice(value=IdType.CE.value, label=_("Cédula de extranjería")),
    SelectChoice(value=IdType.PPT.value, label=_("Permiso por protección temporal (PPT)")),
    SelectChoice(value=IdType.PAS.value, label=_("Pasaporte")),
    SelectChoice(value=IdType.TI.value, label=_("Tarjeta de identidad")),
]
ID_TYPES_OF_PEOPLE = [choice for choice in ID_TYPES if choice is not NIT]
NO_NUMBER = _("Escriba su número de identificación")
WRONG_NUMBER = _("Escriba su número de identificación, solo números")
WRONG_NIT = _("Revise el NIT y su dígito de verificación")
WRONG_PASSPORT = _("Escriba el número de su pasaporte, sin espacios")
WRONG_MOBILE = _("Escriba los 10 dígitos de su celular; empieza por 3")


class IdentityForm(BaseForm):
    """A form whose text on personal data is accepted, and whose number must fit its kind."""

    text = HiddenField(default=lambda: data_policy().digest)

    def validate_consent(self, _field: object) -> None:
        """What is accepted is the text that was shown."""
        if self.text.data != data_policy().digest:
            raise ValidationError(_("El texto de la autorización cambió; léalo otra vez"))

    def validate_id_number(self, field: Field) -> None:
        """The number must fit the type chosen."""
        fits(self["id_type"].data if "id_type" in self else IdType.NIT, field)


def fits(id_type: str, field: Field, wrong: str = WRONG_NUMBER) -> None:
    """Refuse a number that is none of this kind; `wrong` says so of most of them."""
    message = {IdType.NIT: WRONG_NIT, IdType.PAS: WRONG_PASSPORT}.get(IdType(id_type), wrong)
    try:
        identity.id_number(id_type, field.data or "")
    except identity.NotIdentity as error:
        raise ValidationError(message) from error


def number_field(label: str, missing: str = NO_NUMBER) -> StringField:
    """An identification number, of any kind: what is missing is told without its form."""
    return text_field(label, missing, inputmode="text")


def mobile_field() -> StringField:
    """A Colombian mobile."""
    checks = [canonical(identity.mobile, WRONG_MOBILE)]
    return text_field(_("Celular"), WRONG_MOBILE, checks, type="tel", autocomplete="tel-national")


def consent_field() -> BooleanField:
    """The box to accept the text on personal data."""
    return BooleanField(
        validators=[InputRequired(_("Para continuar debe aceptar el tratamiento de sus datos"))]
    )
