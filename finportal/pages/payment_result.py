"""How a payment stands, at an address nobody can guess: where the gateway sends its payers back."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.identity import initials
from finportal.services.payments import public_result
from finportal.services.payments.public_result import Shown
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

bp = Blueprint("payment_result", __name__, url_prefix="/resultado")


@bp.get("/<reference>/<key>")
def one(reference: str, key: str) -> BaseResponse:
    """Say how a payment stands; whoever began it and is still signed in sees all of it."""
    shown = _shown(reference, key)
    if _is_own(shown):
        return go("payments.one", reference=reference, id=request.args.get("id"))
    return _result(_asked(shown), key, 0)


@bp.get("/<reference>/<key>/estado")
def wait(reference: str, key: str) -> BaseResponse:
    """Ask again while a bank decides; then on to the result."""
    shown = _asked(_shown(reference, key))
    if shown.seen.state not in WAITING:
        return leave_for("payment_result.one", reference=reference, key=key)
    return _result(shown, key, times_asked())


@bp.get("/<reference>/<key>/ir")
def leave(reference: str, key: str) -> BaseResponse:
    """Off to the gateway's page."""
    seen = _shown(reference, key).seen
    if not can_go_on(seen):
        return go("payment_result.one", reference=reference, key=key)
    return drawn_leaving(seen, partial(_to, reference, key))


def _shown(reference: str, key: str) -> Shown:
    return public_result.look(asking_desk(here()), checked(reference), key, surroundings())


def _asked(shown: Shown) -> Shown:
    hint = request.args.get("id")
    return public_result.returned(asking_desk(here()), shown, surroundings(), hint)


def _is_own(shown: Shown) -> bool:
    visit = session.current_visit()
    mine = shown.customer_id is not None and visit is not None and visit.signed_in
    return mine and visit is not None and visit.customer_id == shown.customer_id


def _result(shown: Shown, key: str, times: int) -> BaseResponse:
    return drawn(
        "pages/payment_result.html",
        shown.seen,
        partial(_to, shown.seen.reference, key),
        times,
        name=initials(shown.name),
        again=f"{shown.seen.reference}/{key}",
        customer=shown.customer_id is not None,
    )


def _to(reference: str, key: str, name: str, **values: Any) -> str:
    return url_for(f"payment_result.{name}", reference=reference, key=key, **values)
