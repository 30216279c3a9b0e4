"""Devices and sessions: who has access to the account, and ending it."""

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import access
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import from_our_page
from finportal.web.freshness import password_again
from finportal.web.rendering import go, leave_for
from finportal.web.rendering import show as draw

bp = Blueprint("security", __name__, url_prefix="/seguridad")

SESSION = "/sesiones/<int(max=2147483647):session_id>"
DEVICE = "/dispositivos/<int(max=2147483647):device_id>"
OTHERS = "/otras-sesiones"


@bp.get("")
def show() -> Response:
    """List known devices, open sessions and the last sign-ins."""
    now, visit = here().clock(), session.the_visit()
    with here().db.reading() as link:
        browsers = access.known_browsers(link, visit, now)
        sessions = access.open_sessions(link, visit, now)
        accesses = access.last_accesses(link, visit)
    return draw("pages/security.html", browsers=browsers, sessions=sessions, accesses=accesses)


@bp.get(SESSION)
@password_again
def ask_session(session_id: int) -> Response:
    """Show the session that would end."""
    with here().db.reading() as link:
        one = access.session_of(link, session.the_visit(), session_id, here().clock())
    return _check("session", one=one)


@bp.post(SESSION)
@password_again
@from_our_page
def end_session(session_id: int) -> BaseResponse:
    """End one session."""
    access.end_session(here().db, session.the_visit(), session_id, surroundings())
    return go("security.show", "session_ended")


@bp.get(DEVICE)
@password_again
def ask_device(device_id: int) -> Response:
    """Show the device that would be forgotten."""
    with here().db.reading() as link:
        one = access.device_of(link, session.the_visit(), device_id, here().clock())
    return _check("device", one=one)


@bp.post(DEVICE)
@password_again
@from_our_page
def forget_device(device_id: int) -> BaseResponse:
    """Forget one device; when it is this one, the way in begins anew."""
    here_too = access.forget_device(here().db, session.the_visit(), device_id, surroundings())
    if not here_too:
        return go("security.show", "device_forgotten")
    session.leave()
    return leave_for("email.ask", "here_forgotten")


@bp.get(OTHERS)
@password_again
def ask_others() -> Response:
    """Ask before ending them."""
    return _check("others")


@bp.post(OTHERS)
@password_again
@from_our_page
def end_others() -> BaseResponse:
    """End every session but this one."""
    access.end_others(here().db, session.the_visit(), surroundings())
    return go("security.show", "others_ended")


def _check(what: str, **values: Any) -> Response:
    return draw("pages/security_check.html", what=what, **values)
