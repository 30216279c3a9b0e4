"""Pagar: what and how, a page to check it, and off to the gateway."""

from dataclasses import replace

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.adapters.secrets import new_token
from finportal.services.errors import Refused
from finportal.services.payments import starting
from finportal.services.payments.errors import (
    AmountMoved,
    AmountOutside,
    InProcess,
    NotPayable,
)
from finportal.services.payments.offers import Purpose
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.pay_forms import COUPON, Choice, ConfirmForm, PayForm, outside, pay_form
from finportal.web.paying import Payable, payable, refusal, ways, wish_of
from finportal.web.payment_desk import desk
from finportal.web.payment_progress import GATEWAYS
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("pay", __name__, url_prefix="/pagar")


@bp.get("")
def ask() -> Response:
    """Show what can be paid and how, and what an extra payment would change."""
    found = payable()
    if found is None or not found.offers:
        return draw("pages/pay_nothing.html")
    form = pay_form(found.offers, ways(), request.args)
    extra = form.que.data == Purpose.EXTRA_PRINCIPAL and form.valor.data
    choice = form.choice() if extra else None
    return _asking(found, form, choice, 422 if extra and choice is None else 200)


@bp.get("/revisar")
def review() -> BaseResponse:
    """Show all of it once more before anything happens."""
    found = payable()
    if found is None or not found.offers:
        return draw("pages/pay_nothing.html")
    form = pay_form(found.offers, ways(), request.args)
    choice = form.choice()
    if choice is None:
        return _asking(found, form, None, 422)
    if choice.way == COUPON and choice.purpose is Purpose.INSTALMENT and not session.held():
        return go("new_document.ask", name=COUPON, credito=found.number)
    if choice.way == COUPON:
        return draw("pages/pay_slip.html", found=found, choice=choice)
    return _checking(found, choice, ConfirmForm(None), 200)


@bp.post("")
def answer() -> BaseResponse:
    """Begin the attempt that the check page showed, and leave for the gateway."""
    found, form = payable(), ConfirmForm()
    choice = form.choice()
    if choice is None or found is None or not here().settings.gateway:
        abort(400)
    if form.errors:
        return _checking(found, choice, form)
    wish = wish_of(found, choice, form.clave.data, anyway=bool(form.anyway.data))
    try:
        sent = starting.start(desk(here()), here().settings.gateway, wish, surroundings())
    except Refused as why:
        return _refused(found, choice, why)
    return go("payments.leave", reference=sent.reference)


def _refused(found: Payable, choice: Choice, why: Refused) -> Response:
    """Say why nothing was begun, and what can be done now."""
    form = ConfirmForm(None)
    if isinstance(why, InProcess):
        return _checking(found, choice, form.refuse(refusal(why)), held=why)
    if isinstance(why, AmountMoved):
        return _checking(found, replace(choice, amount=why.amount), form.refuse(refusal(why)))
    if isinstance(why, NotPayable | AmountOutside):
        again = pay_form(found.offers, ways(), None) if found.offers else None
        words = _("Eso ya no se puede pagar hoy. Elija otra vez.")
        if isinstance(why, AmountOutside):
            words = outside(why.least, why.most)
        return _asking(found, again, None, 422, words)
    return _checking(found, choice, form.refuse(refusal(why)))


def _asking(
    found: Payable, form: PayForm | None, choice: Choice | None, status: int, words: str = ""
) -> Response:
    if form is None:
        return draw("pages/pay_nothing.html", status)
    if words:
        form.refuse(words)
    result = found.simulated(choice) if choice else None
    return draw("pages/pay.html", status, found=found, form=form, result=result)


def _checking(
    found: Payable, choice: Choice, form: BaseForm, status: int = 422, held: InProcess | None = None
) -> Response:
    return draw(
        "pages/pay_review.html",
        status,
        found=found,
        choice=choice,
        form=form,
        held=held,
        result=found.simulated(choice),
        form_key=new_token(),
        gateway=GATEWAYS[here().settings.gateway],
    )
