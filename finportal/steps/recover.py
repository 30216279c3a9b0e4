"""Recover the password: ask by e-mail or number, then choose a new one with the mailed link."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import recovery, recovery_links
from finportal.services.personalisation import PasswordFlawed
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.errors import error_page
from finportal.web.forms import BaseForm, NewPasswordForm, exact_field
from finportal.web.passwords import explain
from finportal.web.rendering import go, show

bp = Blueprint("recover", __name__, url_prefix="/recuperar")


class RecoverForm(BaseForm):
    """Who wants a new password."""

    who = exact_field(
        _("Correo electrónico o número de identificación"),
        _("Escriba su correo o su número de identificación"),
        autocomplete="username",
    )


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return show("steps/recover.html", form=RecoverForm())


@bp.post("")
def answer() -> BaseResponse:
    """Keep the request; the same answer for everybody."""
    form, portal = RecoverForm(), here()
    if not form.validate():
        return show("steps/recover.html", 422, form=form)
    recovery.ask(portal.db, portal.vault, form.who.data or "", surroundings())
    portal.jobs.wake()
    return go("recover.sent")


@bp.get("/correo")
def sent() -> Response:
    """Say that a mail comes if there is an account."""
    return show("steps/recover_sent.html")


@bp.get("/clave/<token>")
def ask_password(token: str) -> Response:
    """Open the mailed link; looking does not use it up."""
    portal = here()
    with portal.db.read() as db:
        good = recovery_links.account_of(db, token, surroundings()) is not None
    return _form(NewPasswordForm(), token) if good else error_page(409)


@bp.post("/clave/<token>")
def answer_password(token: str) -> BaseResponse:
    """Set the new password and use the link up."""
    form, portal = NewPasswordForm(), here()
    if not form.validate():
        return _form(form, token, 422)
    settings = portal.settings
    try:
        device_token = recovery.set_password(
            portal.db,
            portal.vault,
            token,
            form.new.data or "",
            surroundings(),
            shortest=settings.password_min_length,
            lender=settings.lender.name,
        )
    except PasswordFlawed as why:
        form.new.errors = [explain(why.flaw, settings.password_min_length)]
        return _form(form, token, 422)
    session.remember_device(device_token)
    portal.jobs.wake()
    return go("email.ask", "recovered")


def _form(form: NewPasswordForm, token: str, status: int = 200) -> Response:
    shortest = here().settings.password_min_length
    response = show(
        "steps/recover_password.html", status, form=form, token=token, shortest=shortest
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token
    return response
