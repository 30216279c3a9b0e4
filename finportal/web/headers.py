"""Security headers, caching rules and compression of every answer."""

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from finportal.web.context import here

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
HSTS = "max-age=31536000; includeSubDomains"


def init_headers(app: Flask) -> None:
    """Harden and compress whatever the portal answers."""
    settings = app.extensions["finportal"].settings
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.config |= {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_MIN_SIZE": 400}
    app.after_request(harden)
    Compress(app)


def harden(response: Response) -> Response:
    """Headers on every answer; what is not a fixed file is never stored."""
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if here().settings.secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if request.blueprint != "assets":
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))
    return response
