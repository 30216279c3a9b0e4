"""Amounts in words, as papers repeat them in Spanish and in English."""

import re

from finportal.lending.money import Centavos
from finportal.web.filters import english

MILLION = 1_000_000

_APOCOPES = ((re.compile(r"\bveintiuno\b"), "veintiún"), (re.compile(r"\buno\b"), "un"))


def in_words(amount: Centavos) -> str:
    """The amount as papers repeat it: "veintiún millones de pesos con un centavo m/cte"."""
    whole, cents = divmod(amount, 100)
    return _in_english(whole, cents) if english() else _in_spanish(whole, cents)


def _in_spanish(whole: int, cents: int) -> str:
    of = "de " if whole and not whole % MILLION else ""
    words = f"{_counting(whole)} {of}{'peso' if whole == 1 else 'pesos'}"
    if cents:
        words += f" con {_counting(cents)} {'centavo' if cents == 1 else 'centavos'}"
    return f"{words} m/cte"


def _counting(number: int) -> str:
    """The cardinal before a masculine noun: "uno" loses its vowel wherever it stands."""
    words = _words(number, "es")
    for whole, shortened in _APOCOPES:
        words = whole.sub(shortened, words)
    return words


def _words(number: int, language: str) -> str:
    from num2words import num2words  # noqa: PLC0415 - 4 MB that an idle process saves

    words: str = num2words(number, lang=language)
    return words


def _in_english(whole: int, cents: int) -> str:
    words = f"{_words(whole, 'en')} Colombian {'peso' if whole == 1 else 'pesos'}"
    if cents:
        words += f" and {_words(cents, 'en')} {'centavo' if cents == 1 else 'centavos'}"
    return words
