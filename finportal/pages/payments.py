"""Pagos: those in process and past ones, the result of each, and the way to the gateway."""

import re

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import credits as portfolio
from finportal.services.days import bogota_day
from finportal.services.payments import looking
from finportal.services.payments.looking import Result, Seen
from finportal.services.payments.machine import State
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.paying import GATEWAYS
from finportal.web.payment_desk import desk
from finportal.web.rendering import go, leave_for
from finportal.web.rendering import show as draw

bp = Blueprint("payments", __name__, url_prefix="/pagos")

REFERENCE = re.compile(r"[0-9A-Z-]{1,32}")
WAITING = (State.CREATED, State.SENT, State.PENDING)
"""What a bank may decide at any moment, so that it is worth while to ask again soon."""
TIMES = 20
"""A page asks again so often by itself, every 3 seconds; without script 6 times, every 10."""


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
    """Say how a payment stands; the gateway sends its customers back to here."""
    return _result(_returned(reference), 0)


@bp.get("/<reference>/estado")
def wait(reference: str) -> BaseResponse:
    """Ask again while a bank decides; then on to the result."""
    result = _returned(reference)
    if result.seen.state not in WAITING:
        return leave_for("payments.one", reference=reference)
    times = request.args.get("vez", TIMES, type=int)
    return _result(result, min(max(times, 0), TIMES))


@bp.get("/<reference>/ir")
def leave(reference: str) -> BaseResponse:
    """Off to the gateway's page, by a page of our own: forms may lead to this site only."""
    with here().db.read() as link:
        today = bogota_day(here().clock())
        seen = looking.look(link, _customer(), _checked(reference), today).seen
    if not _can_go_on(seen):
        return go("payments.one", reference=reference)
    gateway = GATEWAYS[here().settings.gateway] if here().settings.gateway else ""
    response = draw("pages/payments_leave.html", seen=seen, gateway=gateway)
    response.headers["Refresh"] = f"0; url={seen.go_to}"
    return response


def _returned(reference: str) -> Result:
    hint = request.args.get("id")
    return looking.returned(desk(here()), _customer(), _checked(reference), surroundings(), hint)


def _result(result: Result, times: int) -> Response:
    with here().db.reading() as link:
        own = portfolio.own(link, _customer(), result.seen.loan_number)
    if own is None:
        abort(404)
    return draw(
        "pages/payments_one.html",
        seen=result.seen,
        lines=result.lines,
        own=own,
        order=own.credit.terms.conventions.allocation_order,
        waiting=result.seen.state in WAITING,
        can_go_on=_can_go_on(result.seen),
        times=times,
        most_times=TIMES,
    )


def _can_go_on(seen: Seen) -> bool:
    """Whether its customer may still pay at the gateway."""
    left = seen.expires_at > here().clock()
    return seen.state is State.SENT and bool(seen.go_to) and left


def _checked(reference: str) -> str:
    if not REFERENCE.fullmatch(reference):
        abort(404)
    return reference


def _customer() -> int:
    return session.the_visit().customer_id or 0
