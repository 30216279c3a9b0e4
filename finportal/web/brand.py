"""The lender's own look: colour tokens and logo from the settings."""

from pathlib import Path

from finportal.settings import Settings


def has_brand(settings: Settings) -> bool:
    """Whether the lender changed any colour."""
    return bool(settings.brand or settings.brand_dark)


def brand_css(settings: Settings) -> str:
    """The lender's tokens as a style sheet; the settings let nothing but colours through."""
    dark = _tokens(settings.brand_dark)
    return f":root{{{_tokens(settings.brand)}}}" + (
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}" if dark else ""
    )


def logo(settings: Settings) -> Path | None:
    """The lender's logo file; the setting is relative to the instance folder."""
    given = settings.lender.logo
    path = (settings.instance / given).resolve() if given else None
    return path if path and path.is_file() else None


def _tokens(tokens: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())
