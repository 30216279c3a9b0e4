"""The lender's own look: colour tokens and logo from the settings."""

import re

from flask import Response, abort, send_file

from finportal.settings import Settings

TOKEN = re.compile(r"[a-z][a-z-]{0,30}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def has_brand(settings: Settings) -> bool:
    """Whether the lender changed any colour."""
    return bool(settings.brand or settings.brand_dark)


def brand_css(settings: Settings) -> str:
    """The lender's tokens as a style sheet; anything that is no colour is left out."""
    dark = _tokens(settings.brand_dark)
    return f":root{{{_tokens(settings.brand)}}}" + (
        f"@media(prefers-color-scheme:dark){{:root{{{dark}}}}}" if dark else ""
    )


def logo(settings: Settings) -> Response:
    """The lender's logo file, 404 when there is none."""
    path = settings.lender.logo
    if path is None:
        abort(404)
    return send_file((settings.instance / path).resolve())


def _tokens(tokens: dict[str, str]) -> str:
    return "".join(
        f"--{name}:{value};"
        for name, value in tokens.items()
        if TOKEN.fullmatch(name) and COLOUR.fullmatch(value)
    )
