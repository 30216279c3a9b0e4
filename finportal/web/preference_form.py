"""The form of contact preferences: channels and hours, purpose by purpose."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.fields import SelectChoice

from finportal.models.preferences import PURPOSES
from finportal.models.records import COMMERCIAL
from finportal.services import preferences
from finportal.services.preferences import ALWAYS_BY_MAIL, CHANNELS, Choice, Chosen
from finportal.web.forms import BaseForm

CHANNEL_NAMES = {
    "mail": _("Correo"),
    "sms": _("Mensaje de texto"),
    "call": _("Llamada"),
    "whatsapp": _("WhatsApp"),
}
WEEKDAY_NAMES = {
    "any": _("De 7 a. m. a 7 p. m."),
    "morning": _("De 7 a. m. a 12 m."),
    "afternoon": _("De 12 m. a 7 p. m."),
}
SATURDAY_NAMES = {
    "any": _("De 8 a. m. a 3 p. m."),
    "morning": _("De 8 a. m. a 12 m."),
    "never": _("No me contacten los sábados"),
}
AT_LEAST_ONE = _("Elija al menos un canal para hablarle de su cobro")


def _choices(names: Mapping[str, Any], *without: str) -> list[SelectChoice]:
    return [
        SelectChoice(value=key, label=words) for key, words in names.items() if key not in without
    ]


def _channels(*without: str) -> SelectMultipleField:
    return SelectMultipleField(_("Canales"), choices=_choices(CHANNEL_NAMES, *without))


def _weekdays() -> SelectField:
    return SelectField(_("De lunes a viernes"), choices=_choices(WEEKDAY_NAMES))


def _saturdays() -> SelectField:
    return SelectField(_("Los sábados"), choices=_choices(SATURDAY_NAMES))


class PreferenceForm(BaseForm):
    """Three fields for each purpose."""

    collections_channels = _channels()
    collections_weekdays = _weekdays()
    collections_saturdays = _saturdays()
    service_channels = _channels("mail")
    service_weekdays = _weekdays()
    service_saturdays = _saturdays()
    commercial_channels = _channels()
    commercial_weekdays = _weekdays()
    commercial_saturdays = _saturdays()

    @classmethod
    def open(cls, *, offers: bool, **values: Any) -> "PreferenceForm":
        """The form, without what is about offers where none are allowed."""
        form = cls(**values)
        if not offers:
            for field in form.of(COMMERCIAL):
                del form[field.name]
        return form

    @property
    def purposes(self) -> list[str]:
        """What the form asks about."""
        return [one for one in PURPOSES if f"{one}_channels" in self]

    def of(self, purpose: str) -> tuple[Any, Any, Any]:
        """The fields of a purpose: channels, weekdays, saturdays."""
        names = (f"{purpose}_{part}" for part in ("channels", "weekdays", "saturdays"))
        channels, weekdays, saturdays = (self[name] for name in names)
        return channels, weekdays, saturdays

    def choices_made(self, held: Mapping[str, Chosen]) -> list[Choice]:
        """What was chosen; a purpose nobody ever chose for and nothing is ticked of is left out.

        Collections are not: whoever saves the form says by which channel.
        """
        made = []
        for purpose in self.purposes:
            channels, weekdays, saturdays = self.of(purpose)
            ticked = tuple(one for one in CHANNELS if one in (channels.data or []))
            if ticked or purpose in held or purpose in preferences.AT_LEAST_ONE:
                made.append(Choice(purpose, ticked, weekdays.data, saturdays.data))
        return made


def filled(held: Mapping[str, Chosen], *, offers: bool) -> PreferenceForm:
    """The form as it stands for a customer: nothing is ticked that nobody chose."""
    values: dict[str, Any] = {}
    for purpose, one in held.items():
        values[f"{purpose}_channels"] = [
            name for name in one.channels if name != "mail" or purpose not in ALWAYS_BY_MAIL
        ]
        values[f"{purpose}_weekdays"] = one.weekdays
        values[f"{purpose}_saturdays"] = one.saturdays
    return PreferenceForm.open(offers=offers, data=values)
