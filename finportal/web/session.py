"""The visitor's session: a random cookie, and a row once there is something to keep."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from hmac import compare_digest
from secrets import token_bytes
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin

from finportal.adapters.secrets import new_token
from finportal.services import devices, visits
from finportal.services.visits import CurrentVisit
from finportal.web.context import DEVICE, SESSION, Portal, here

TOKEN_LENGTH = 43
_TOKEN = re.compile(r"f?[A-Za-z0-9_-]{43}")
_FORM = "f"
"""Begins the token of a browser that only read a form: it has no row and cannot lapse."""
CSRF_FIELD = "csrf_token"
_UNREAD: Any = object()
_MASKED = re.compile(r"[A-Za-z0-9_-]{86}")
"""A mask of 32 bytes and the 32 bytes it hides."""


class CookieSession(dict[str, Any], SessionMixin):
    """What Flask's extensions keep of a visitor; nothing of it travels but the random token.

    The token of forms is derived from the cookie's, so whoever only reads a form costs no row.
    """

    def __init__(self, token: str, *, known: bool, csrf_secret: str) -> None:
        super().__init__({CSRF_FIELD: csrf_secret})
        self.token = token
        self.sent_by_browser = known
        self.needed = False
        self.ended = False

    def __getitem__(self, key: str) -> Any:
        """Reading the token of forms means that a form was drawn: its cookie must be set."""
        self.needed = self.needed or key == CSRF_FIELD
        return super().__getitem__(key)


class TokenSessions(SessionInterface):
    """Opens a session from the cookie's token and sets the cookie when the token is new."""

    def open_session(self, app: Flask, request: Request) -> CookieSession:
        """The session of this request's cookie, or one with a token of its own."""
        portal: Portal = app.extensions["finportal"]
        sent = request.cookies.get(portal.cookie(SESSION), "")
        known = bool(_TOKEN.fullmatch(sent))
        token = sent if known else _FORM + new_token()
        return CookieSession(
            token, known=known, csrf_secret=portal.vault.fingerprint("csrf", token)
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie when it is new and used; take it back when the session ended."""
        ours = cast("CookieSession", session)
        name = app.extensions["finportal"].cookie(SESSION)
        if ours.ended:
            response.set_cookie(name, "", max_age=0, **_cookie_rules(app))
        elif ours.needed and not ours.sent_by_browser:
            response.set_cookie(name, ours.token, **_cookie_rules(app))


class SignedInCustomer(UserMixin):
    """The account behind the session, as Flask-Login and the templates know it."""

    def __init__(self, visit: CurrentVisit) -> None:
        self.id = str(visit.account_id)
        self.name = visit.customer_name or ""
        self.customer_id = visit.customer_id
        self.provisional = not visit.signed_in
        self.seconds_left = int((visit.expires_at - here().clock()).total_seconds())


def init_session(app: Flask) -> None:
    """Replace Flask's signed-cookie sessions by ours and connect Flask-Login to them."""
    app.session_interface = TokenSessions()
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.request_loader(_customer)


def csrf_token() -> str:
    """What this visitor's forms carry: a keyed hash of the cookie, which nobody else can make.

    It is masked anew each time, so that the length of a compressed page tells nothing of it.
    """
    secret = bytes.fromhex(_ours()[CSRF_FIELD])
    mask = token_bytes(len(secret))
    return urlsafe_b64encode(mask + _mixed(mask, secret)).rstrip(b"=").decode()


def is_own_token(sent: str | None) -> bool:
    """Whether a form was drawn for this visitor."""
    secret = bytes.fromhex(_ours()[CSRF_FIELD])
    if not _MASKED.fullmatch(sent or ""):
        return False
    both = urlsafe_b64decode(f"{sent}==")
    return compare_digest(_mixed(both[: len(secret)], both[len(secret) :]), secret)


def is_own_form() -> bool:
    """Whether the form that was sent was drawn for this visitor."""
    return is_own_token(request.form.get(CSRF_FIELD))


def session_token() -> str | None:
    """The token this browser sent, if it is one of a session with a row, open or not."""
    ours = _ours()
    return ours.token if ours.sent_by_browser and _has_row(ours) else None


def _mixed(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def current_visit() -> CurrentVisit | None:
    """The open session of this request, read once."""
    visit: CurrentVisit | None = g.get("visit", _UNREAD)
    if visit is _UNREAD:
        ours = _ours()
        visit = g.visit = _find(ours.token) if _has_row(ours) else None
    return visit


def the_visit() -> CurrentVisit:
    """The open session of a page that the guard only lets visitors with one open."""
    visit = current_visit()
    if visit is None:
        raise LookupError("the guard let a visitor without a session in")
    return visit


def held() -> bool:
    """Whether this visitor's account waits, after a change of e-mail, for its owner to object."""
    visit = current_visit()
    return visit is not None and visit.held(here().clock())


def lapsed() -> bool:
    """Whether the browser sent a session's cookie that opens nothing any more."""
    ours = _ours()
    return ours.sent_by_browser and _has_row(ours) and current_visit() is None


def renew(token: str) -> None:
    """Go on under a new token: the one before opens nothing now."""
    ours, portal = _ours(), here()
    ours.token, ours.needed, ours.sent_by_browser = token, True, False
    ours[CSRF_FIELD] = portal.vault.fingerprint("csrf", token)
    g.pop("visit", None)


def enter(token: str, device_token: str | None) -> None:
    """Let a customer in under a new session, and remember the device when it proved itself."""
    renew(token)
    if device_token:
        remember_device(device_token)


def remember_device(token: str) -> None:
    """Send this browser the cookie by which its account knows it."""
    g.device_token = token


def leave() -> None:
    """End the session in the database and in the browser."""
    visit = current_visit()
    if visit:
        with here().db.writing() as link:
            visits.end(link, visit.id)
    _ours().ended = True
    g.visit = None


def send_device_cookie(response: Response) -> Response:
    """Set the device's cookie when this request made or changed it."""
    if token := g.pop("device_token", None):
        response.set_cookie(
            here().cookie(DEVICE), token, max_age=devices.LASTS, **_cookie_rules(current_app)
        )
    return response


def keep_alive(visit: CurrentVisit, now: datetime) -> None:
    """Count this request as use of the session, writing at most once a minute."""
    if visit.last_seen_at + visits.SEEN_EVERY <= now:
        with here().db.writing() as link:
            visits.touch(link, visit, now)


def _ours() -> CookieSession:
    """The session itself: Flask's proxy looks for it again at each use."""
    return cast("CookieSession", cast("Any", session)._get_current_object())  # noqa: SLF001 - Flask's own way


def _has_row(ours: CookieSession) -> bool:
    return len(ours.token) == TOKEN_LENGTH


def _find(token: str) -> CurrentVisit | None:
    with here().db.reading() as link:
        return visits.find(link, token, here().clock())


def _customer(_request: Request) -> SignedInCustomer | None:
    visit = current_visit()
    return SignedInCustomer(visit) if visit and visit.entered else None


def _cookie_rules(app: Flask) -> dict[str, Any]:
    secure = app.extensions["finportal"].settings.secure
    return {"httponly": True, "secure": secure, "samesite": "Lax", "path": "/"}
