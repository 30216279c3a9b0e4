"""Staying signed in: the answer to the notice that the session is about to close."""

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from finportal.web.forms import BaseForm
from finportal.web.rendering import go

bp = Blueprint("stay", __name__, url_prefix="/sesion")


@bp.post("")
def answer() -> BaseResponse:
    """The guard has already counted this request as use of the session."""
    return go("overview.show", None if BaseForm().validate() else "stale")
