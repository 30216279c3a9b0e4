"""Personalise: own password, image and phrase; forced after a provisional password."""

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import accounts, personalisation, recognition
from finportal.services.errors import TooMany
from finportal.services.personalisation import Choice, ChoiceUnfit, WrongCurrentPassword
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import password_field
from finportal.web.own_choice import OwnChoiceForm
from finportal.web.rendering import leave_for, show

bp = Blueprint("personalise", __name__, url_prefix="/personalizar")

PAUSED = _("Por seguridad, espere 15 minutos antes de probar otra vez su contraseña actual.")


class PersonaliseForm(OwnChoiceForm):
    """The current password, and what replaces it."""

    first = ("current",)
    current = password_field(
        _("Contraseña actual"), "current-password", _("Escriba su contraseña actual")
    )

    def choice(self) -> Choice:
        """What was chosen, and the password it replaces."""
        return replace(super().choice(), current=self.current.data or "")


@bp.get("")
def ask() -> Response:
    """Show the form: with the own picture and phrase, or with a phrase to start from."""
    with here().db.read() as db:
        account = accounts.with_id(db, session.the_visit().account_id or 0).account
    phrase = account.phrase or recognition.suggested_phrase()
    return _form(PersonaliseForm(picture=account.image, phrase=phrase))


@bp.post("")
def answer() -> BaseResponse:
    """Keep the choice and open the account under a new session."""
    form, portal, settings = PersonaliseForm(), here(), here().settings
    if not form.validate():
        return _form(form.reviewed(personalisation.review), 422)
    try:
        done = personalisation.personalise(
            portal.db,
            portal.vault,
            session.the_visit(),
            form.choice(),
            surroundings(),
            shortest=settings.password_min_length,
            lender=settings.lender.name,
        )
    except TooMany:
        return _form(form.refuse(PAUSED), HTTPStatus.TOO_MANY_REQUESTS)
    except ChoiceUnfit as why:
        return _form(form.tell(why.faults), 422)
    except WrongCurrentPassword:
        form.current.errors = [gettext("La contraseña actual no es correcta")]
        return _form(form, 422)
    session.enter(done.token, done.device_token)
    portal.jobs.wake()
    return leave_for("overview.show", "personalised")


def _form(form: PersonaliseForm, status: int = 200) -> Response:
    visit = session.the_visit()
    return show(
        "steps/personalise.html",
        status,
        form=form,
        pictures=form.pictures(),
        first_time=not visit.signed_in,
        email=visit.email,
        shortest=here().settings.password_min_length,
    )
