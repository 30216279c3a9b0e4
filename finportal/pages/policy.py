"""How personal data are treated: the text that customers accept."""

from flask import Blueprint, Response

from finportal.web.policies import data_policy
from finportal.web.rendering import show as draw

bp = Blueprint("policy", __name__, url_prefix="/tratamiento-de-datos")


@bp.get("")
def show() -> Response:
    """Show the version in force."""
    return draw("pages/policy.html", policy=data_policy())
