"""Pagos: those in process and past ones, the result of each, and the way to the gateway."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.days import bogota_day
from finportal.services.payments import looking
from finportal.services.payments.looking import Result
from finportal.services.payments.machine import State
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.payment_desk import asking_desk
from finportal.web.payment_progress import (
    WAITING,
    can_go_on,
    checked,
    drawn,
    drawn_leaving,
    times_asked,
)
from finportal.web.rendering import go, leave_for
from finportal.web.rendering import show as draw

bp = Blueprint("payments", __name__, url_prefix="/pagos")


@bp.get("")
def show() -> Response:
    """List the payments in process and past ones; who never left for a bank paid nothing."""
    with here().db.reading() as link:
        undecided = looking.in_process(link, _customer())
        past = looking.past(link, _customer())
    unpaid = [seen for seen in undecided if seen.state is State.UNKNOWN]
    return draw(
        "pages/payments.html",
        in_process=[seen for seen in undecided if seen.state is not State.UNKNOWN],
        past=sorted([*unpaid, *past], key=lambda seen: seen.id, reverse=True),
    )


@bp.get("/<reference>")
def one(reference: str) -> Response:
    """Say how a payment stands and how it was applied."""
    return _result(_returned(reference), 0)


@bp.get("/<reference>/estado")
def wait(reference: str) -> BaseResponse:
    """Ask again while a bank decides; then on to the result."""
    result = _returned(reference)
    if result.seen.state not in WAITING:
        return leave_for("payments.one", reference=reference)
    return _result(result, times_asked())


@bp.get("/<reference>/ir")
def leave(reference: str) -> BaseResponse:
    """Off to the gateway's page."""
    with here().db.read() as link:
        today = bogota_day(here().clock())
        seen = looking.look(link, _customer(), checked(reference), today).seen
    if not can_go_on(seen):
        return go("payments.one", reference=reference)
    return drawn_leaving(seen, partial(_to, reference))


def _returned(reference: str) -> Result:
    hint = request.args.get("id")
    return looking.returned(
        asking_desk(here()), _customer(), checked(reference), surroundings(), hint
    )


def _result(result: Result, times: int) -> Response:
    seen, own = result.seen, result.own
    order = own.credit.terms.conventions.allocation_order
    to = partial(_to, seen.reference)
    page = "pages/payments_one.html"
    told = {"lines": result.lines, "kept": result.kept, "own": own, "order": order}
    return drawn(page, seen, to, times, **told)


def _to(reference: str, name: str, **values: Any) -> str:
    return url_for(f"payments.{name}", reference=reference, **values)


def _customer() -> int:
    return session.the_visit().customer_id or 0
