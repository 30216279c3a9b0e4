"""Pago rápido: what to pay and with which reference, for who has two numbers and no account."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _

from finportal.services import quick_lookup
from finportal.services.identity import initials
from finportal.services.payments.offers import Purpose
from finportal.services.quick_lookup import Found
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, text_field
from finportal.web.rendering import show as draw

bp = Blueprint("quick_pay", __name__, url_prefix="/pago-rapido")

NO_MATCH = _(
    "No encontramos un crédito con esos dos datos. Revíselos: deben estar como aparecen en su "
    "extracto o en su contrato."
)
NAMES = {
    Purpose.INSTALMENT: _("Próxima cuota"),
    Purpose.OVERDUE: _("Lo que está vencido"),
    Purpose.PAYOFF: _("Todo el crédito"),
}


class QuickForm(BaseForm):
    """Both numbers that only the payer's paper has together."""

    documento = text_field(
        _("Número de documento del titular"),
        _("Escriba el número de documento del titular"),
        inputmode="text",
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
    )
    credito = text_field(
        _("Número del crédito"),
        _("Escriba el número del crédito"),
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
    )


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return draw("pages/quick_pay.html", form=QuickForm(None))


@bp.post("")
def answer() -> Response:
    """Say what can be paid; the same answer for whatever does not fit."""
    form, portal = QuickForm(), here()
    if not form.validate():
        return draw("pages/quick_pay.html", 422, form=form)
    typed = (form.documento.data or "", form.credito.data or "")
    found = quick_lookup.find(portal.db, portal.vault, *typed, surroundings())
    if found is None:
        return draw("pages/quick_pay.html", 422, form=form.refuse(str(NO_MATCH)))
    return _found(found)


def _found(found: Found) -> Response:
    amounts = [(NAMES[one.purpose], one.least) for one in found.offers if one.purpose in NAMES]
    response = draw(
        "pages/quick_pay_found.html", found=found, name=initials(found.name), amounts=amounts
    )
    response.headers["Cache-Control"] = "no-store"
    return response
