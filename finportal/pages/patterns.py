"""Every component of the design in all its states, for whoever works on it."""

from flask import Blueprint, Response
from flask_babel import gettext

from finportal.adapters import catalogue
from finportal.services import recognition
from finportal.web.forms import BaseForm, email_field, password_field, text_field
from finportal.web.rendering import show as draw

bp = Blueprint("patterns", __name__, url_prefix="/patterns")


class SampleForm(BaseForm):
    """One field of each kind."""

    number = text_field("Número de identificación", "Escriba su número de identificación")
    email = email_field()
    password = password_field("Contraseña", "current-password", "Escriba su contraseña")


@bp.get("")
def show() -> Response:
    """Draw the page."""
    form = SampleForm()
    form.email.errors = [gettext("Escriba un correo con el formato nombre@correo.com")]
    pictures = list(catalogue.pictures().values())[: recognition.CHOICES]
    return draw("pages/patterns.html", sample=form, pictures=pictures)
