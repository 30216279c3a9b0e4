"""The page's language: chosen in the footer, else what the browser asks for, else Spanish."""

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_translations

SPANISH, ENGLISH = "es_CO", "en"
COOKIE = "idioma"
CHOICES = {"es": SPANISH, "en": ENGLISH}
A_YEAR = 31_536_000


def init_languages(app: Flask) -> None:
    """Teach the application both languages."""
    app.config |= {"BABEL_DEFAULT_LOCALE": SPANISH, "BABEL_DEFAULT_TIMEZONE": "America/Bogota"}
    Babel(app, locale_selector=locale)
    app.after_request(_remember)
    app.add_template_global(language_tag)


def locale() -> str:
    """The locale of this request ("es_CO" or "en")."""
    if not has_request_context():
        return SPANISH
    if "locale" not in g:
        g.locale = _wanted()
    return str(g.locale)


def _wanted() -> str:
    asked = [request.args.get("lang"), request.cookies.get(COOKIE)]
    preferred = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    chosen = (language for language in (*asked, *preferred) if language in CHOICES)
    return CHOICES[next(chosen, "es")]


def translated(text: str) -> str:
    """A template's text in the language of this page or letter, found once a request."""
    if "translate" not in g:
        g.translate = get_translations().gettext
    return str(g.translate(text))


def translated_plural(one: str, many: str, number: int) -> str:
    """A template's text for one or for many; the template fills in its values."""
    return str(get_translations().ngettext(one, many, number))


def language_tag(of: str | None = None) -> str:
    """The locale as HTML and mail write it: es-CO or en."""
    return (of or locale()).replace("_", "-")


def _remember(response: Response) -> Response:
    if (asked := request.args.get("lang")) in CHOICES:
        response.set_cookie(
            COOKIE,
            str(asked),
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return response
