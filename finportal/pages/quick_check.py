"""Pago rápido, the check page: what is paid and how, and off to the gateway without signing in."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.adapters.secrets import new_token
from finportal.services import quick_lookup
from finportal.services.errors import Refused
from finportal.services.identity import initials
from finportal.services.payments.errors import AmountMoved, InProcess, NotPayable
from finportal.services.payments.public_result import key_of
from finportal.services.quick_lookup import Found
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.pay_forms import Choice, ConfirmForm, quick_form
from finportal.web.paying import quick_wish, refusal
from finportal.web.payment_desk import desk
from finportal.web.payment_progress import GATEWAYS
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("quick_check", __name__, url_prefix="/pago-rapido/revisar")


@dataclass(frozen=True, slots=True)
class Opened:
    """A credit whose ticket the request brought."""

    found: Found
    ticket: str


@bp.get("")
def ask() -> BaseResponse:
    """Show all of it once more before anything happens."""
    opened = _opened()
    if opened is None:
        return go("quick_pay.ask", "quick_over")
    choice = quick_form(opened.found.offers, request.args).choice()
    if choice is None:
        return go("quick_pay.show", "quick_choose", ficha=opened.ticket)
    return _checking(opened, choice, ConfirmForm(None), 200)


@bp.post("")
def answer() -> BaseResponse:
    """Begin the payment that the page showed, and leave for the gateway."""
    opened, form, portal = _opened(), ConfirmForm(), here()
    choice = form.choice()
    if opened is None:
        return go("quick_pay.ask", "quick_over")
    if choice is None or choice.effect or not portal.settings.gateway:
        abort(400)
    if form.errors:
        return _checking(opened, choice, form)
    wish = quick_wish(opened.found, choice, form.clave.data, anyway=bool(form.anyway.data))
    try:
        sent = quick_lookup.start(desk(portal), portal.settings.gateway, wish, surroundings())
    except Refused as why:
        return _refused(opened, choice, why)
    key = key_of(portal.vault, sent.reference)
    return go("payment_result.leave", reference=sent.reference, key=key)


def _opened() -> Opened | None:
    ticket = request.values.get("ficha", "")
    found = quick_lookup.reopened(here().db, here().vault, ticket, here().clock())
    return Opened(found, ticket) if found and found.offers else None


def _refused(opened: Opened, choice: Choice, why: Refused) -> BaseResponse:
    """Say why nothing was begun; of another's payment no more than that it is in process."""
    form = ConfirmForm(None)
    if isinstance(why, InProcess):
        return _checking(opened, choice, form.refuse(refusal(why)), held=why)
    if isinstance(why, AmountMoved):
        return _checking(opened, replace(choice, amount=why.amount), form.refuse(refusal(why)))
    if isinstance(why, NotPayable):
        return go("quick_pay.show", "quick_choose", ficha=opened.ticket)
    return _checking(opened, choice, form.refuse(refusal(why)))


def _checking(
    opened: Opened, choice: Choice, form: BaseForm, status: int = 422, held: InProcess | None = None
) -> Response:
    return draw(
        "pages/quick_check.html",
        status,
        found=opened.found,
        ticket=opened.ticket,
        name=initials(opened.found.name),
        choice=choice,
        form=form,
        held=held,
        form_key=new_token(),
        gateway=GATEWAYS[here().settings.gateway],
    )
