"""What every template may use, and that a missing value is an error."""

from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined

from finportal.journey import SIGN_IN, number_of
from finportal.settings import Settings
from finportal.web.brand import has_brand
from finportal.web.notices import notice


def init_templates(app: Flask, settings: Settings) -> None:
    """Make Jinja strict and hand it the lender, the notices and the steps."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "lender": settings.lender,
        "demo": settings.demo,
        "branded": has_brand(settings),
        "csrf_token": generate_csrf,
        "notice": notice,
        "step_number": number_of,
        "steps": SIGN_IN,
        "own_address": _own_address,
    }


def _own_address() -> str:
    """This page's path, for the links that show it in the other language."""
    return request.path if request.url_rule else "/"
