"""Questions about a credit and their answers, in words."""

from datetime import date

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _

from finportal.lending import Centavos
from finportal.services.question_book import PESOS, Kind, range_of
from finportal.web.filters import money
from finportal.web.languages import locale

_QUESTIONS = {
    Kind.PLATE: _("¿En qué termina la placa de su vehículo?"),
    Kind.MAKE: _("¿De qué marca es su vehículo?"),
    Kind.CITY: _("¿Qué ciudad dio al pedir el crédito?"),
    Kind.MONTH: _("¿En qué mes le desembolsaron el crédito?"),
    Kind.INSTALMENT: _("¿De cuánto fue la primera cuota, con seguros?"),
}


def question_words(kind: Kind) -> str:
    """What is asked."""
    return str(_QUESTIONS[kind])


def option_words(kind: Kind, option: str) -> str:
    """An answer to choose."""
    if kind == Kind.MONTH:
        pattern = "MMMM y" if locale() == "en" else "MMMM 'de' y"
        month: str = format_date(date.fromisoformat(f"{option}-01"), pattern)
        return month
    if kind == Kind.INSTALMENT:
        low, high = (money(Centavos(pesos * PESOS)) for pesos in range_of(int(option)))
        words: str = gettext("Entre %(low)s y %(high)s", low=low, high=high)
        return words
    return option
