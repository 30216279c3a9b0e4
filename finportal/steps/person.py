"""Register by code, step 1: a person or a company, its document and its mobile."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import enrolment
from finportal.services.enrolment import JURIDICAL, NATURAL
from finportal.web import session
from finportal.web.applicant_forms import JuridicalForm, NaturalForm
from finportal.web.context import here, surroundings
from finportal.web.rendering import go, is_fragment, show

bp = Blueprint("person", __name__, url_prefix="/registro")

KIND = "tipo"
KINDS = {"natural": NATURAL, "juridica": JURIDICAL}


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
