"""Pago rápido: what to pay and with which reference, for who has two numbers and no account."""

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import quick_lookup
from finportal.services.identity import initials
from finportal.services.payments import public_result
from finportal.services.payments.errors import UnknownAttempt
from finportal.services.payments.looking import Seen
from finportal.services.payments.offers import Purpose
from finportal.services.quick_lookup import Found
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, exact_field
from finportal.web.pay_forms import quick_form
from finportal.web.payment_desk import asking_desk
from finportal.web.payment_progress import AGAIN
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("quick_pay", __name__, url_prefix="/pago-rapido")

NO_MATCH = _(
    "No encontramos un crédito con esos dos datos. Revíselos: deben estar como aparecen en su "
    "extracto o en su contrato."
)


class QuickForm(BaseForm):
    """Both numbers that only the payer's paper has together."""

    documento = exact_field(
        _("Número de documento del titular"),
        _("Escriba el número de documento del titular"),
        autocomplete="off",
    )
    credito = exact_field(
        _("Número del crédito"),
        _("Escriba el número del crédito"),
        autocomplete="off",
        autocapitalize="characters",
    )


@bp.get("")
def ask() -> Response:
    """Show the form."""
    return _asking(QuickForm(None), 200)


@bp.post("")
def answer() -> BaseResponse:
    """On to what can be paid; the same answer for whatever does not fit."""
    form, portal = QuickForm(), here()
    if not form.validate():
        return _asking(form)
    typed = (form.documento.data or "", form.credito.data or "")
    found = quick_lookup.find(portal.db, portal.vault, *typed, surroundings())
    if found is None:
        return _asking(form.refuse(str(NO_MATCH)))
    ticket = quick_lookup.ticket(portal.vault, found, portal.clock())
    return go("quick_pay.show", ficha=ticket, que=_meant(found, _tried()))


@bp.get("/ver")
def show() -> BaseResponse:
    """Say what can be paid, by the reference or at once through the gateway."""
    portal, ticket = here(), request.args.get("ficha", "")
    found = quick_lookup.reopened(portal.db, portal.vault, ticket, portal.clock())
    if found is None:
        return go("quick_pay.ask", "quick_over")
    open_here = found.offers and portal.settings.gateway
    return draw(
        "pages/quick_pay_found.html",
        found=found,
        ticket=ticket,
        name=initials(found.name),
        choices=quick_form(found.offers, request.args) if open_here else None,
    )


def _asking(form: BaseForm, status: int = 422) -> Response:
    otra = request.values.get("otra", "")
    return draw("pages/quick_pay.html", status, form=form, again=_tried(), otra=otra)


def _tried() -> Seen | None:
    """The payment that may be tried once more; None unless the address of its result is right."""
    reference, _slash, key = request.values.get("otra", "").partition("/")
    try:
        seen = public_result.look(asking_desk(here()), reference, key, surroundings()).seen
    except UnknownAttempt:
        return None
    return seen if seen.state in AGAIN else None


def _meant(found: Found, tried: Seen | None) -> Purpose | None:
    """What it was for: told to whoever brought both numbers of its credit, and to nobody else."""
    if tried is None or tried.loan_number != found.loan_number:
        return None
    return next((one.purpose for one in found.offers if one.purpose == tried.purpose), None)
