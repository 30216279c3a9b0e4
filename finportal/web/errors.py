"""From what went wrong to a page in the house's look: one table, a reference number, no details."""

import logging
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Flask, Response, g
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from finportal.lending import LendingError
from finportal.services.access import UnknownAccess
from finportal.services.documents.issuing import UnknownCredit
from finportal.services.documents.shelf import Tampered
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.payments.errors import UnknownAttempt
from finportal.web.context import here
from finportal.web.rendering import show

log = logging.getLogger(__name__)

BAD_REQUEST = HTTPStatus.BAD_REQUEST
METHOD_NOT_ALLOWED = HTTPStatus.METHOD_NOT_ALLOWED
INTERNAL_SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}
REFERENCE_SIGNS = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789" * 8
"""32 that nobody mistakes for another on the telephone, for each value of a byte."""


class Maintenance(Exception):
    """The portal is closed for a while."""


def init_errors(app: Flask) -> None:
    """Answer every failure with a page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(AlreadyDone, lambda _: error_page(409))
    app.register_error_handler(Maintenance, lambda _: _wait(error_page(503), 300))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(LendingError, _figures_under_review)
    app.register_error_handler(Tampered, _figures_under_review)
    for unknown in (UnknownCredit, UnknownAttempt, UnknownAccess):
        app.register_error_handler(unknown, lambda _: error_page(404))
    app.register_error_handler(Exception, _unexpected)


def reference() -> str:
    """The number by which support finds this request in the log."""
    known: str | None = g.get("reference")
    if known is None:
        known = secrets.token_bytes(8).translate(REFERENCE_SIGNS).decode()
        g.reference = known
    return known


def _without_session() -> None:
    """Draw the page as for a stranger: whatever failed may fail again when the session is read."""
    g.visit = None


def error_page(status: int, until: datetime | None = None) -> Response:
    """The page of a status, with this request's reference number and when to try again."""
    if "visit" not in g:
        _without_session()
    template = (
        status
        if status in PAGES
        else BAD_REQUEST
        if status < INTERNAL_SERVER_ERROR
        else INTERNAL_SERVER_ERROR
    )
    return show(f"errors/{int(template)}.html", status, reference=reference(), until=until)


def _http(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, SecurityError):  # a host that is not ours: no address can be built for it
        return Response("400", 400, mimetype="text/plain")
    if error.code is None or error.code < BAD_REQUEST:
        return error
    response = error_page(error.code)
    if error.code == METHOD_NOT_ALLOWED:
        response.headers.extend(
            [(name, value) for name, value in error.get_headers() if name == "Allow"]
        )
    return response


def _too_many(error: TooMany) -> Response:
    until = here().clock() + error.wait + timedelta(minutes=1)  # pages tell whole minutes
    return _wait(error_page(429, until), int(error.wait.total_seconds()) + 1)


def _figures_under_review(error: LendingError | Tampered) -> Response:
    """What is stored of a credit or a paper makes no sense: no figure of it may be shown."""
    log.error("no figures can be shown: %s", type(error).__name__, extra={"reference": reference()})
    return show("errors/figures.html", 503, reference=reference())


def _busy(error: OperationalError) -> Response:
    _without_session()
    log.error("the database did not answer", exc_info=error, extra={"reference": reference()})
    return _wait(error_page(503), 10)


def _unexpected(error: Exception) -> Response:
    _without_session()
    log.error("unexpected error", exc_info=error, extra={"reference": reference()})
    return error_page(500)


def _wait(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response
