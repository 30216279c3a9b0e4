"""Fixed files under names that change with their content, so that browsers keep them for good."""

import hashlib
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, url_for

from finportal.web.brand import brand_css, logo
from finportal.web.context import here

FOLDER = Path(__file__).parent.parent / "static"
A_YEAR = 31_536_000
BRAND, LOGO = "brand.css", "logo"

bp = Blueprint("assets", __name__, url_prefix="/static")


def init_assets(app: Flask) -> None:
    """Serve the files and give templates their addresses."""
    app.register_blueprint(bp)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a fixed file: "app.css" becomes /static/<digest>/app.css."""
    return url_for("assets.fixed", digest=_short(_content(name)), name=name)


@bp.get("/<digest>/<path:name>")
def fixed(digest: str, name: str) -> Response:
    """A file of the static folder, or the lender's own colours and logo."""
    content = _content(name)
    if digest != _short(content):
        abort(404)
    kind = guess_type(_path(name) or name)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _content(name: str) -> bytes:
    if name == BRAND:
        return brand_css(here().settings).encode()
    return _read(_path(name) or abort(404))


def _path(name: str) -> Path | None:
    if name == LOGO:
        return logo(here().settings)
    path = (FOLDER / name.replace("\0", "")).resolve()
    try:
        return path if path.is_relative_to(FOLDER) and path.is_file() else None
    except OSError:  # a name longer than the file system's
        return None


@lru_cache(maxsize=64)
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
