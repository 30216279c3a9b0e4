"""Register by code, step 4: the own password, image and phrase open the account."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import enrolment_finish, recognition
from finportal.services.personalisation import ChoiceUnfit
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.own_choice import OwnChoiceForm
from finportal.web.rendering import go, show

bp = Blueprint("own_password", __name__, url_prefix="/registro/clave")


@bp.get("")
def ask() -> Response:
    """Show the form, with a phrase to start from."""
    return _form(OwnChoiceForm(phrase=recognition.suggested_phrase()))


@bp.post("")
def answer() -> BaseResponse:
    """Open the account; the customer signs in next."""
    form, portal, settings = OwnChoiceForm(), here(), here().settings
    if not form.validate():
        return _form(form.reviewed(enrolment_finish.review), 422)
    try:
        opened = enrolment_finish.finish(
            portal.db,
            portal.vault,
            session.the_visit(),
            form.choice(),
            surroundings(),
            shortest=settings.password_min_length,
            lender=settings.lender.name,
        )
    except ChoiceUnfit as why:
        return _form(form.tell(why.faults), 422)
    session.remember_device(opened.device_token)
    session.leave()
    portal.jobs.wake()
    return go("ready.ask", "account_held" if opened.held_until else None)


def _form(form: OwnChoiceForm, status: int = 200) -> Response:
    return show(
        "steps/own_password.html",
        status,
        form=form,
        pictures=form.pictures(),
        email=session.the_visit().email,
        shortest=here().settings.password_min_length,
    )
