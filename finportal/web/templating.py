"""What every template may use, and that a missing value is an error."""

from flask import Flask, render_template
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from finportal.journey import SIGN_IN, number_of
from finportal.settings import Settings
from finportal.web.brand import has_brand
from finportal.web.context import here
from finportal.web.languages import locale, translated, translated_plural
from finportal.web.notices import notice


def init_templates(app: Flask, settings: Settings) -> None:
    """Make Jinja strict and hand it the lender, the notices and the steps."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translated, ngettext=translated_plural, newstyle=True
    )
    app.jinja_env.globals |= {
        "lender": settings.lender,
        "demo": settings.demo,
        "branded": has_brand(settings),
        "csrf_token": generate_csrf,
        "notice": notice,
        "step_number": number_of,
        "steps": SIGN_IN,
        "frame": frame,
    }


def frame(part: str) -> Markup:
    """A part of the page around main; what is the same for every stranger is drawn once."""
    name = f"frame/{part}.html"
    if part == "header" and current_user.is_authenticated:
        return Markup(render_template(name))  # noqa: S704 - our own template, already escaped
    drawn = here().frames
    if (key := (part, locale())) not in drawn:
        drawn[key] = render_template(name)
    return Markup(drawn[key])  # noqa: S704
