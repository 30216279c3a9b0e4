"""Who registers by code: the form of a person and that of a company."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField

from finportal.services import identity
from finportal.services.enrolment import JURIDICAL, NATURAL, Applicant
from finportal.services.identity import IdType
from finportal.web.identity_forms import (
    ID_TYPES_OF_PEOPLE,
    WRONG_NIT,
    IdentityForm,
    consent_field,
    fits,
    mobile_field,
    number_field,
)
from finportal.web.policies import data_policy

NO_REPRESENTATIVE = _("Escriba el número de documento del representante legal")
WRONG_REPRESENTATIVE = _("Escriba el número de documento del representante legal, solo números")


class NaturalForm(IdentityForm):
    """A person: document and mobile."""

    tipo = HiddenField(default="natural")
    id_type = SelectField(_("Tipo de documento"), choices=ID_TYPES_OF_PEOPLE)
    id_number = number_field(_("Número de identificación"))
    mobile = mobile_field()
    consent = consent_field()

    def applicant(self) -> Applicant:
        """What was typed, in canonical form."""
        return Applicant(
            kind=NATURAL,
            id_type=self.id_type.data,
            id_number=identity.id_number(self.id_type.data, self.id_number.data or ""),
            mobile=identity.mobile(self.mobile.data or ""),
            consent=data_policy(),
        )


class JuridicalForm(IdentityForm):
    """A company: its NIT, its representative's document, its mobile."""

    tipo = HiddenField(default="juridica")
    id_number = number_field(_("NIT"), WRONG_NIT)
    representative_type = SelectField(
        _("Tipo de documento del representante legal"), choices=ID_TYPES_OF_PEOPLE
    )
    representative_number = number_field(
        _("Número de documento del representante legal"), NO_REPRESENTATIVE
    )
    mobile = mobile_field()
    consent = consent_field()

    def validate_representative_number(self, field: object) -> None:
        """The number must fit the type chosen."""
        fits(self.representative_type.data, field, WRONG_REPRESENTATIVE)

    def applicant(self) -> Applicant:
        """What was typed, in canonical form."""
        kind = self.representative_type.data
        return Applicant(
            kind=JURIDICAL,
            id_type=IdType.NIT.value,
            id_number=identity.id_number(IdType.NIT, self.id_number.data or ""),
            mobile=identity.mobile(self.mobile.data or ""),
            consent=data_policy(),
            representative_id_type=kind,
            representative_id_number=identity.id_number(
                kind, self.representative_number.data or ""
            ),
        )
