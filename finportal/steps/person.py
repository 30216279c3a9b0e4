"""Register by code, step 1: a person or a company, its document and its mobile."""

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, SelectField

from finportal.services import enrolment, identity
from finportal.services.enrolment import JURIDICAL, NATURAL, Applicant
from finportal.services.identity import IdType
from finportal.web import session
from finportal.web.context import here, surroundings
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
from finportal.web.rendering import go, is_fragment, show

bp = Blueprint("person", __name__, url_prefix="/registro")

KIND = "tipo"
KINDS = {"natural": NATURAL, "juridica": JURIDICAL}


class NaturalForm(IdentityForm):
    """A person: document and mobile."""

    tipo = HiddenField(default="natural")
    id_type = SelectField(_("Tipo de documento"), choices=ID_TYPES_OF_PEOPLE)
    id_number = number_field(_("Número de documento"))
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
    representative_number = number_field(_("Número de documento del representante legal"))
    mobile = mobile_field()
    consent = consent_field()

    def validate_representative_number(self, field: object) -> None:
        """The number must fit the type chosen."""
        fits(self.representative_type.data, field)

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


FORMS = {NATURAL: NaturalForm, JURIDICAL: JuridicalForm}


@bp.get("")
def ask() -> Response:
    """Show the form for the kind of customer that was chosen; a person unless a company was."""
    return _form(_chosen(request.args.get(KIND))())


@bp.post("")
def answer() -> BaseResponse:
    """Match the data; on to the e-mail, or the dialog that says they do not match."""
    form, portal = _chosen(request.form.get(KIND))(), here()
    if not form.validate():
        return _form(form, 422)
    token = enrolment.begin(
        portal.db,
        portal.vault,
        form.applicant(),
        surroundings(),
        replacing=session.current_visit(),
    )
    if token is None:
        return _form(form, 422, mismatch=True, dialog=is_fragment())
    session.renew(token)
    return go("address.ask")


def _chosen(kind: str | None) -> type[NaturalForm | JuridicalForm]:
    return FORMS[KINDS.get(kind or "", NATURAL)]


def _form(
    form: NaturalForm | JuridicalForm,
    status: int = 200,
    *,
    mismatch: bool = False,
    dialog: bool = False,
) -> Response:
    return show("steps/person.html", status, form=form, mismatch=mismatch, dialog=dialog)
