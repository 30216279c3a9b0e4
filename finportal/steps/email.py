"""Sign in, step 1: the e-mail, registered or not."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import identity, signin
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, email_field
from finportal.web.rendering import go, show

bp = Blueprint("email", __name__, url_prefix="/ingresar")


class EmailForm(BaseForm):
    """The address that receives the portal's mail."""

    email = email_field(_("Correo electrónico"), autocomplete="username")


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return show("steps/email.html", form=EmailForm.blank())


@bp.post("")
def answer() -> BaseResponse:
    """Begin a session for this address; the next step looks the same for every address."""
    form, portal = EmailForm(), here()
    if not form.validate():
        return show("steps/email.html", 422, form=form)
    address = identity.email(form.email.data or "")
    token = signin.give_email(
        portal.db, portal.vault, address, surroundings(), replacing=session.current_visit()
    )
    session.renew(token)
    return go("image.ask")
