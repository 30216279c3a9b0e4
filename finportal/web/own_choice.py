"""The form in which a customer chooses an own password, an image and a phrase."""

from collections.abc import Callable
from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.validators import Length

from finportal.adapters import catalogue
from finportal.adapters.catalogue import Picture
from finportal.services.personalisation import Choice, Faults
from finportal.services.recognition import CHOICES, PHRASE_LENGTHS, some_pictures
from finportal.web import session
from finportal.web.context import here
from finportal.web.forms import NewPasswordForm, text_field
from finportal.web.passwords import explain

WRONG_PHRASE = _("Escriba una frase de 8 a 60 caracteres")


class OwnChoiceForm(NewPasswordForm):
    """A new password twice, a picture of the gallery and a phrase."""

    picture = RadioField(_("Elija su imagen"), validate_choice=False)
    shown = HiddenField()
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

    def pictures(self) -> list[Picture]:
        """Those to choose from: the same as before when the page comes back with errors."""
        names = (self.shown.data or "").split(",", CHOICES)
        return some_pictures(self.picture.data, names)

    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(
            current="",
            new=self.new.data or "",
            picture=self.picture.data or "",
            phrase=self.phrase.data or "",
        )

    def reviewed(self, review: Callable[..., Faults]) -> Self:
        """The form with what it refuses itself and what `review` finds, all told at once."""
        portal, settings = here(), here().settings
        faults = review(
            portal.db,
            session.the_visit(),
            self.choice(),
            shortest=settings.password_min_length,
            lender=settings.lender.name,
        )
        return self.tell(faults)

    def tell(self, faults: Faults) -> Self:
        """Say at each field what is not accepted, where nothing is said yet."""
        if faults.flaw and not self.new.errors:
            self.new.errors = [explain(faults.flaw, here().settings.password_min_length)]
        if faults.told and not self.phrase.errors:
            self.phrase.errors = [gettext("No use su contraseña como frase")]
        return self
