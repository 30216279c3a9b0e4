"""The forms for each of the contact data, their page, and the one that says why none is open."""

from collections.abc import Callable
from functools import wraps

from flask import Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField
from wtforms.validators import Length

from finportal.models.contacts import ADDRESS, CITY, EMAIL, MOBILE
from finportal.services import identity
from finportal.services.contacts import fields, own
from finportal.services.portfolio.cells import LONGEST_TEXT
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, canonical, email_field, text_field
from finportal.web.freshness import password_again
from finportal.web.rendering import show

FIELD_OF = {"direccion": ADDRESS, "ciudad": CITY, "celular": MOBILE, "correo": EMAIL}
"""The address of each page and what it changes."""

WRONG_MOBILE = _("Escriba los 10 dígitos del celular, por ejemplo 300 123 4567")
WRONG_TEXT = _("Escriba 200 letras como máximo")


def _text(field: str, label: str, missing: str, autocomplete: str, *, shortest: int) -> StringField:
    def read(typed: str) -> str:
        return fields.canonical(field, typed)

    checks = [Length(min=shortest, message=missing), canonical(read, WRONG_TEXT)]
    return text_field(label, missing, checks, autocomplete=autocomplete, maxlength=LONGEST_TEXT)


class AddressForm(BaseForm):
    """A new address."""

    title = _("Cambie su dirección")
    new = _text(
        ADDRESS,
        _("Dirección nueva"),
        _("Escriba la dirección completa"),
        "street-address",
        shortest=5,
    )


class CityForm(BaseForm):
    """A new city."""

    title = _("Cambie su ciudad")
    new = _text(CITY, _("Ciudad nueva"), _("Escriba la ciudad"), "address-level2", shortest=3)


class MobileForm(BaseForm):
    """A new mobile."""

    title = _("Cambie su celular")
    new = text_field(
        _("Celular nuevo"),
        WRONG_MOBILE,
        [canonical(identity.mobile, WRONG_MOBILE)],
        type="tel",
        autocomplete="tel-national",
    )


class EmailForm(BaseForm):
    """A new e-mail."""

    title = _("Cambie su correo")
    new = email_field(_("Correo nuevo"))


FORM_OF: dict[str, type[BaseForm]] = {
    ADDRESS: AddressForm,
    CITY: CityForm,
    MOBILE: MobileForm,
    EMAIL: EmailForm,
}


def unless_held(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
    """A view that changes contact data: while the account is held, a page says until when."""

    @wraps(view)
    def free(**values: object) -> BaseResponse:
        until = own.held_until(here().db, session.the_visit(), surroundings())
        return show("pages/my_data_held.html", 409, until=until) if until else view(**values)

    return free


def with_fresh_password(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
    """The same for e-mail and mobile, which also ask for the password again."""
    return unless_held(password_again(view))


def form_page(what: str, form: BaseForm, status: int = 200) -> Response:
    """The page of one of the forms; an e-mail that the lender took is written in it already."""
    portal, visit = here(), session.the_visit()
    found = own.to_confirm(portal.db, visit, surroundings()) if what == "correo" else None
    if not form.is_submitted():
        form["new"].data = form["new"].data or found
    values = {"what": what, "to_confirm": found, "texts": portal.settings.texts}
    return show("pages/my_data_form.html", status, form=form, **values)
