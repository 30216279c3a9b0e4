"""Fixed files under names that change with their content, so that browsers keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_from_directory, url_for

from finportal.web.brand import brand_css, logo
from finportal.web.context import here

FOLDER = Path(__file__).parent.parent / "static"
A_YEAR = 31_536_000

bp = Blueprint("assets", __name__, url_prefix="/static")


def init_assets(app: Flask) -> None:
    """Serve the files and give templates their addresses."""
    app.register_blueprint(bp)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a fixed file: "app.css" becomes /static/<digest>/app.css."""
    return url_for("assets.fixed", digest=_digest(name), name=name)


@bp.get("/<digest>/<path:name>")
def fixed(digest: str, name: str) -> Response:
    """A file of the static folder, or the lender's own colours and logo."""
    if name == "brand.css":
        response = Response(brand_css(here().settings), mimetype="text/css")
    elif name == "logo":
        response = logo(here().settings)
    else:
        response = send_from_directory(FOLDER, name)
    if digest != _digest(name):
        abort(404)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _digest(name: str) -> str:
    settings = here().settings
    if name == "brand.css":
        return _short(brand_css(settings).encode())
    if name == "logo":
        return _short((settings.lender.logo or Path()).as_posix().encode())
    return _digest_of_file(name)


@cache
def _digest_of_file(name: str) -> str:
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER) or not path.is_file():
        abort(404)
    return _short(path.read_bytes())


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
