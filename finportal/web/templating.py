"""What every template may use, and that a missing value is an error."""

from typing import cast

from flask import Flask
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Macro

from finportal.journey import REGISTRATION, number_of, steps_with
from finportal.settings import Settings
from finportal.web.brand import has_brand
from finportal.web.compiled import compiled_in
from finportal.web.forms import drawn_once
from finportal.web.kept_words import as_kept, kept_words
from finportal.web.languages import translated, translated_plural
from finportal.web.menu import menu_place
from finportal.web.notices import notice
from finportal.web.once import Once
from finportal.web.session import csrf_token
from finportal.web.slips import slip_of

COMPONENTS = (
    "icons",
    "messages",
    "forms",
    "codes",
    "journey",
    "charts",
    "credit",
    "why",
    "documents",
    "paper_money",
    "pay",
)
"""In this order: a component may use those before it."""


def init_templates(app: Flask, settings: Settings) -> None:
    """Make Jinja strict and hand it the lender, the notices and the steps."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "lender": settings.lender.for_reading(),
        "demo": settings.demo,
        "can_pay": bool(settings.gateway or settings.slip.gln or settings.slip.places),
        "branded": has_brand(settings),
        "csrf_token": csrf_token,
        "menu_place": menu_place,
        "notice": notice,
        "slip_of": slip_of,
        "step_number": number_of,
        "steps_with": steps_with,
        "by_code": settings.journey == "code",
        "register_at": f"{REGISTRATION[settings.journey][0].name}.ask",
        "_": translated,
        "ngettext": translated_plural,
    }
    app.jinja_env.add_extension(Once)
    app.jinja_env.bytecode_cache = compiled_in(settings.template_cache)
    app.jinja_env.filters |= {"kept_words": kept_words, "as_kept": as_kept}
    for component in COMPONENTS:
        _offer(app.jinja_env, component)
    app.jinja_env.globals["field"] = drawn_once(cast("Macro", app.jinja_env.globals["field"]))


def _offer(environment: Environment, component: str) -> None:
    """Let every template call a component's macros: importing them costs more than most do."""
    module = environment.get_template(f"components/{component}.html").module
    environment.globals |= {
        name: macro for name, macro in vars(module).items() if isinstance(macro, Macro)
    }
