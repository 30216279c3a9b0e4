"""Why a password was not accepted, in words that say what to do."""

from flask_babel import gettext

from finportal.services.passwords import Flaw


def explain(flaw: Flaw, shortest: int) -> str:
    """The sentence for the field."""
    words: dict[Flaw, str] = {
        Flaw.SHORT: gettext("Escriba una contraseña de al menos %(n)s caracteres", n=shortest),
        Flaw.LONG: gettext("Escriba una contraseña de 256 caracteres como máximo"),
        Flaw.BREACHED: gettext(
            "Esa contraseña aparece en listas de contraseñas robadas; elija otra"
        ),
        Flaw.COMMON: gettext(
            "Esa contraseña es muy común; use tres o cuatro palabras sin relación"
        ),
        Flaw.PERSONAL: gettext("No use sus datos, los del vehículo ni el nombre de la entidad"),
        Flaw.REPEATED: gettext(
            "Elija una contraseña distinta de la actual y con caracteres más variados"
        ),
    }
    return words[flaw]
