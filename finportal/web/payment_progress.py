"""How the page of one payment goes on: it asks again for a while, and leads back to the gateway."""

import re
from collections.abc import Callable
from typing import Any

from flask import Response, abort, request, url_for

from finportal.services.payments.looking import Seen
from finportal.services.payments.machine import State
from finportal.services.payments.public_result import key_of
from finportal.web.context import here
from finportal.web.rendering import show as draw

GATEWAYS = {"placetopay": "Placetopay", "wompi": "Wompi"}
"""What the gateways are called on a page."""
REFERENCE = re.compile(r"[0-9A-Z-]{1,32}")
WAITING = (State.CREATED, State.SENT, State.PENDING)
"""What a bank may decide at any moment, so that it is worth while to ask again soon."""
AGAIN = (State.UNKNOWN, State.FAILED, State.REJECTED, State.EXPIRED)
"""What may be tried once more: nothing was paid, or nobody went to pay."""
TIMES = 20
"""A page asks again so often by itself, every 3 seconds; without script 6 times, every 10."""


def checked(reference: str) -> str:
    """A reference that may be one of ours; 404 for any other."""
    if not REFERENCE.fullmatch(reference):
        abort(404)
    return reference


def can_go_on(seen: Seen) -> bool:
    """Whether one may still pay at the gateway."""
    left = seen.expires_at > here().clock()
    return seen.state is State.SENT and bool(seen.go_to) and left


def drawn(template: str, seen: Seen, to: Callable[..., str], times: int, **values: Any) -> Response:
    """The page of a payment; `to` makes the addresses of its parts: "one", "wait", "leave"."""
    return draw(
        template,
        seen=seen,
        to=to,
        waiting=seen.state in WAITING,
        may_try_again=seen.state in AGAIN,
        can_go_on=can_go_on(seen),
        times=times,
        most_times=TIMES,
        **values,
    )


def times_asked() -> int:
    """How often the page has asked again by itself, as its address says."""
    return min(max(request.args.get("vez", TIMES, type=int), 0), TIMES)


def drawn_leaving(seen: Seen, to: Callable[..., str]) -> Response:
    """A page of our own that leads to the gateway's: forms may lead to this site only."""
    gateway = GATEWAYS[here().settings.gateway] if here().settings.gateway else ""
    response = draw("pages/payments_leave.html", seen=seen, gateway=gateway, to=to)
    response.headers["Refresh"] = f"0; url={seen.go_to}"
    return response


def address_of_result(reference: str) -> str:
    """Where the gateway sends the payer back to, signed in or not."""
    path = url_for("payment_result.one", reference=reference, key=key_of(here().vault, reference))
    return here().settings.base_url.rstrip("/") + path
