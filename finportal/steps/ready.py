"""Register by code, the end: the account is ready, or staff look at the request."""

from flask import Blueprint, Response

from finportal.web.rendering import show

bp = Blueprint("ready", __name__, url_prefix="/registro")


@bp.get("/listo")
def ask() -> Response:
    """Say that the account is ready and where to sign in."""
    return show("steps/ready.html")


@bp.get("/solicitud")
def asked() -> Response:
    """Say that staff will answer about the new e-mail."""
    return show("steps/ready_asked.html")
