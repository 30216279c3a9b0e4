"""The public front page: the ways in and how they work."""

from flask import Blueprint, Response

from finportal.web.rendering import show as draw

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> Response:
    """Show the front page."""
    return draw("pages/home.html")
