"""Security headers, caching rules and compression of every answer."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.datastructures import Headers
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
    "Cache-Control": "no-store",
}
VARIES_BY = "Cookie, Accept-Language, Accept-Encoding"
HSTS = "max-age=31536000; includeSubDomains"


class Whole(Response):
    """An answer that is handed to the server in one piece: it need not ask for the next one."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """A page's own headers, which are complete; redirects and files go the usual way."""
        complete = self.status_code == HTTPStatus.OK and "Content-Length" in self.headers
        return self.headers if complete else super().get_wsgi_headers(environ)

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        """The body; files and answers without one go the usual way."""
        pieces = super().get_app_iter(environ)
        if not self.is_sequence or self.direct_passthrough:
            return pieces
        with closing(cast("ClosingIterator", pieces)):
            return list(pieces)


@dataclass(frozen=True, slots=True)
class Hardened:
    """An application whose every answer has these headers, unless it set its own."""

    inner: "WSGIApplication"
    always: tuple[tuple[str, str], ...]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, with the headers added where they are sent: a constant needs no more checks."""

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            own = {name for name, _ in headers}
            missing = [header for header in self.always if header[0] not in own]
            return start_response(status, headers + missing, *failure)

        return self.inner(environ, start)


def init_headers(app: Flask) -> None:
    """Harden and compress whatever the portal answers."""
    app.response_class = Whole
    settings = app.extensions["finportal"].settings
    always = FIXED | ({"Strict-Transport-Security": HSTS} if settings.secure else {})
    app.wsgi_app = Hardened(app.wsgi_app, tuple(always.items()))  # type: ignore[method-assign]
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.config |= {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_MIN_SIZE": 400}
    app.after_request(say_what_it_varies_by)
    Compress(app)


def say_what_it_varies_by(response: Response) -> Response:
    """Pages say it themselves (`rendering`) and fixed files do not vary; this is for the rest."""
    if "Vary" not in response.headers and request.blueprint != "assets":
        response.headers["Vary"] = VARIES_BY
    return response
