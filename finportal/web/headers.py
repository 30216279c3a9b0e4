"""Security headers, caching rules and compression of every answer."""

from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
VARIES_BY = "Cookie, Accept-Language"
HSTS = "max-age=31536000; includeSubDomains"


class Whole(Response):
    """An answer that is handed to the server in one piece: it need not ask for the next one."""

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        """The body; files and answers without one go the usual way."""
        pieces = super().get_app_iter(environ)
        if not self.is_sequence or self.direct_passthrough:
            return pieces
        with closing(cast("ClosingIterator", pieces)):
            return list(pieces)


def init_headers(app: Flask) -> None:
    """Harden and compress whatever the portal answers."""
    app.response_class = Whole
    settings = app.extensions["finportal"].settings
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.config |= {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_MIN_SIZE": 400}
    always = FIXED | ({"Strict-Transport-Security": HSTS} if settings.secure else {})
    app.after_request(partial(harden, always=tuple(always.items())))
    Compress(app)


def harden(response: Response, *, always: tuple[tuple[str, str], ...]) -> Response:
    """Headers on every answer, unless a page set its own; all but fixed files is never stored."""
    headers = response.headers
    own = set(headers.keys())
    headers.extend([header for header in always if header[0] not in own])
    if request.blueprint != "assets":
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = f"{headers['Vary']}, {VARIES_BY}" if "Vary" in own else VARIES_BY
    return response
