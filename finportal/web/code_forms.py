"""The form for a code that came by mail or text, and what it says when it does not open."""

import re
from datetime import timedelta

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from finportal.services import codes
from finportal.services.codes import WrongCode
from finportal.services.errors import Refused
from finportal.web.context import here
from finportal.web.filters import moment
from finportal.web.forms import BaseForm, text_field
from finportal.web.languages import one_point

MISSING = _("Escriba los 6 números del código")
_TYPED = re.compile(r"(?:\d[ -]*){6}")
A_MINUTE = timedelta(minutes=1)


def six_digits(_form: FlaskForm, field: Field) -> None:
    """A validator: anything else is no try, only a slip."""
    if not _TYPED.fullmatch(field.data or ""):
        raise ValidationError(MISSING)


class CodeForm(BaseForm):
    """Six digits, as they are pasted or typed; they are never shown again."""

    code = text_field(
        _("Código de 6 números"),
        MISSING,
        [six_digits],
        inputmode="numeric",
        autocomplete="one-time-code",
        autocapitalize="none",
        spellcheck="false",
    )

    def explained(self, why: Refused) -> "CodeForm":
        """The form with what a refused code means for whoever typed it."""
        if isinstance(why, WrongCode):
            left = why.tries_left
            self.code.errors = [
                ngettext(
                    "El código no es correcto. Le queda %(num)d intento",
                    "El código no es correcto. Le quedan %(num)d intentos",
                    left,
                )
            ]
        else:
            self.code.errors = [gettext("Ese código ya no sirve. Pida otro")]
        return self


def asked_too_often(wait: timedelta) -> str:
    """Why no other code is sent now, and when one may be asked for."""
    when = moment(here().clock() + wait + A_MINUTE * 59 / 60)
    sentence: str = (
        gettext(
            "Acabamos de enviarle un código. Podrá pedir otro desde el %(when)s.",
            when=when,
        )
        if wait <= codes.AGAIN_AFTER
        else gettext(
            "Ya le enviamos varios códigos. Por seguridad, podrá pedir otro desde el %(when)s.",
            when=when,
        )
    )
    return one_point(sentence)
