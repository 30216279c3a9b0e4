"""Personalise: own password, image and phrase; forced after a provisional password."""

from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField, ValidationError
from wtforms.validators import Length

from finportal.adapters import catalogue
from finportal.services import accounts, personalisation, recognition
from finportal.services.errors import TooMany
from finportal.services.personalisation import (
    Choice,
    PasswordFlawed,
    PhraseUnfit,
    WrongCurrentPassword,
)
from finportal.services.recognition import PHRASE_LENGTHS
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import NewPasswordForm, password_field, text_field
from finportal.web.passwords import explain
from finportal.web.rendering import leave_for, show

bp = Blueprint("personalise", __name__, url_prefix="/personalizar")

PAUSED = _("Por seguridad, espere 15 minutos antes de probar otra vez su contraseña actual.")
WRONG_PHRASE = _("Escriba una frase de 8 a 60 caracteres")


class PersonaliseForm(NewPasswordForm):
    """The current password, and what replaces it."""

    first = ("current",)
    current = password_field(
        _("Contraseña actual"), "current-password", _("Escriba su contraseña actual")
    )
    picture = RadioField(_("Elija su imagen"), validate_choice=False)
    phrase = text_field(
        _("Su frase"),
        WRONG_PHRASE,
        [Length(PHRASE_LENGTHS.start, PHRASE_LENGTHS.stop - 1, WRONG_PHRASE)],
        autocomplete="off",
        minlength=PHRASE_LENGTHS.start,
        maxlength=PHRASE_LENGTHS.stop - 1,
    )

    def validate_picture(self, _field: object) -> None:
        """A picture of the gallery must be chosen."""
        if self.picture.data not in catalogue.pictures():
            raise ValidationError(_("Elija una imagen"))

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(
            current=self.current.data or "",
            new=self.new.data or "",
            picture=self.picture.data or "",
            phrase=self.phrase.data or "",
        )


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
        return _form(form, 422)
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
    except (WrongCurrentPassword, PasswordFlawed, PhraseUnfit) as why:
        return _form(_explained(form, why), 422)
    session.enter(done.token, done.device_token)
    portal.jobs.wake()
    return leave_for("overview.show", "personalised")


def _form(form: PersonaliseForm, status: int = 200) -> Response:
    visit = session.the_visit()
    return show(
        "steps/personalise.html",
        status,
        form=form,
        pictures=recognition.some_pictures(form.picture.data),
        first_time=not visit.signed_in,
        email=visit.email,
        shortest=here().settings.password_min_length,
    )


def _explained(form: PersonaliseForm, why: Exception) -> PersonaliseForm:
    if isinstance(why, WrongCurrentPassword):
        form.current.errors = [gettext("La contraseña actual no es correcta")]
    elif isinstance(why, PasswordFlawed):
        form.new.errors = [explain(why.flaw, here().settings.password_min_length)]
    else:
        form.phrase.errors = [gettext("No use su contraseña como frase")]
    return form
