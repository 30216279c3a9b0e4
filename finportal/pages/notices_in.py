"""Where gateways tell of payments: server to server, so no session, no cookie and no token."""

from flask import Blueprint, Response, abort, request

from finportal.adapters.gateways import NOTIFICATION_PATHS
from finportal.adapters.gateways.accounts import placetopay_account, wompi_account
from finportal.services.payments import notices
from finportal.services.payments.inbox import Received
from finportal.web.context import here, surroundings
from finportal.web.payment_desk import asking_desk

bp = Blueprint("notices_in", __name__, url_prefix="/avisos")

NAMES = ", ".join(NOTIFICATION_PATHS)


@bp.post(f"/<any({NAMES}):gateway>")
def take(gateway: str) -> Response:
    """Keep a notification and judge it; one that proves nothing is answered 400."""
    if not _account(gateway):
        abort(404)
    request.max_content_length = notices.LONGEST
    body = request.get_data()
    received = notices.receive(
        asking_desk(here()), gateway, dict(request.headers), body, surroundings()
    )
    status = 400 if received is Received.REFUSED else 200
    return Response(f"{status}", status, mimetype="text/plain")


def _account(gateway: str) -> bool:
    """Whether there is a secret to prove a notification with: anybody could sign with none."""
    settings = here().settings
    secrets = {
        "placetopay": placetopay_account(settings).secret,
        "wompi": wompi_account(settings).events_secret,
    }
    return bool(secrets[gateway].get_secret_value())
