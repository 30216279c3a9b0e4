"""The page's language: chosen in the footer, else what the browser asks for, else Spanish."""

from babel import Locale
from flask import Flask, Response, g, has_request_context, request
from flask.globals import request_ctx
from flask_babel import Babel, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

SPANISH, ENGLISH = "es_CO", "en"
LOCALES = {name: Locale.parse(name) for name in (SPANISH, ENGLISH)}
COOKIE = "idioma"
CHOICES = {"es": SPANISH, "en": ENGLISH}
A_YEAR = 31_536_000


def init_languages(app: Flask) -> None:
    """Teach the application both languages."""
    app.config |= {"BABEL_DEFAULT_LOCALE": SPANISH, "BABEL_DEFAULT_TIMEZONE": "America/Bogota"}
    Babel(app, locale_selector=lambda: LOCALES[locale()])
    app.after_request(_remember)
    app.add_template_global(language_tag)


def locale() -> str:
    """The locale of this request ("es_CO" or "en")."""
    try:
        known: str = g.locale
    except (AttributeError, RuntimeError):  # not asked for yet, or nobody is there to ask
        if not has_request_context():
            return SPANISH
        known = g.locale = _wanted()
    return known


def _wanted() -> str:
    asked = request_ctx.request
    preferred = [tag.partition("-")[0].lower() for tag in asked.accept_languages.values()]
    named = (_asked(), *asked.cookies.getlist(COOKIE), *preferred)
    return CHOICES[next((language for language in named if language in CHOICES), "es")]


def _asked() -> str | None:
    """The language that the address names."""
    return request.args.get("lang") if request.query_string else None


@pass_eval_context
def translated(template: EvalContext, text: str, **values: object) -> str:
    """A template's text in the language of this page or letter, with values in their places."""
    translate = g.get("translate")
    if translate is None:
        translate = g.translate = get_translations().gettext
    words: str = translate(text)
    if template.autoescape:
        words = Markup(words)  # noqa: S704 - our own words; what is put into them is escaped
    return one_point(words % values) if values else words


@pass_eval_context
def translated_plural(
    template: EvalContext, one: str, many: str, number: int, **values: object
) -> str:
    """A template's text for one or for many, with `num` and other values in their places."""
    words: str = get_translations().ngettext(one, many, number)
    if template.autoescape:
        words = Markup(words)  # noqa: S704 - our own words; what is put into them is escaped
    return one_point(words % ({"num": number} | values))


def one_point(words: str) -> str:
    """A sentence that ends in an hour ("a. m.") has no second point."""
    return words.replace("m..", "m.") if "m.." in words else words


def language_tag(of: str | None = None) -> str:
    """The locale as HTML and mail write it: es-CO or en."""
    return (of or locale()).replace("_", "-")


def _remember(response: Response) -> Response:
    if (asked := _asked()) in CHOICES:
        response.set_cookie(
            COOKIE,
            str(asked),
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return response
