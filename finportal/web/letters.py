"""Which letters the papers can be printed with: those of the font that is embedded in them."""

import unicodedata

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC),
    (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260),
    (0x2264, 0x2265),
)  # fmt: skip
"""First and last code point of each run in static/fonts; the web process never opens a font."""


def composed(text: str | None) -> str | None:
    """The text with each accent in one sign with its letter: some keyboards write two."""
    return unicodedata.normalize("NFC", text) if text else text


def in_the_font(_form: FlaskForm, field: Field) -> None:
    """A validator: a paper would show a box for any other letter."""
    strange = [letter for letter in field.data or "" if not _printed(letter)]
    if strange:
        raise ValidationError(_(
            "El documento no puede mostrar «%(letter)s»: escriba con letras latinas",
            letter=strange[0],
        ))  # fmt: skip


def _printed(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in RANGES)
