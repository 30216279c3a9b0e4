"""Which passwords are accepted: long enough, and neither known, common nor about the customer."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from finportal.adapters.catalogue import FOLDER
from finportal.adapters.digest_filter import DigestFilter
from finportal.adapters.secrets import PASSWORD_MAX_LENGTH

SHORTEST_CONTEXT_WORD = 4
SHORTEST_REMAINDER = 8
FEWEST_SIGNS = 5
_NO_LETTER = re.compile(r"[\W_]+")


class Flaw(StrEnum):
    """Why a password is not accepted."""

    SHORT = "short"
    LONG = "long"
    BREACHED = "breached"
    COMMON = "common"
    PERSONAL = "personal"
    REPEATED = "repeated"


def flaw(password: str, shortest: int, personal: Iterable[str]) -> Flaw | None:
    """The first reason to refuse a password, or None.

    Length counts Unicode code points after NFKC (NIST SP 800-63B-4, 3.1.1.2); there are no rules
    of composition. `personal` holds words about the customer and the lender.
    """
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < shortest:
        return Flaw.SHORT
    if len(normal) > PASSWORD_MAX_LENGTH:
        return Flaw.LONG
    if len(set(normal.casefold())) < FEWEST_SIGNS:
        return Flaw.REPEATED
    if normal in _breached() or normal.casefold() in _breached():
        return Flaw.BREACHED
    if any(word in _common() for word in _cores(normal)):
        return Flaw.COMMON
    return Flaw.PERSONAL if _is_personal(normal, personal) else None


def personal_words(*texts: str | None) -> set[str]:
    """The words about a customer that may not carry a password: names, numbers, plate, phrase."""
    words: set[str] = set()
    for text in filter(None, texts):
        plain = _folded(text)
        words |= {_letters(plain), *_NO_LETTER.split(plain)}
    return {word for word in words if len(word) >= SHORTEST_CONTEXT_WORD}


def alike(one: str, other: str) -> bool:
    """Whether two passwords differ in nothing but case, accents, spaces and signs."""
    return _letters(_folded(one)) == _letters(_folded(other))


def _is_personal(password: str, personal: Iterable[str]) -> bool:
    rest = _letters(_folded(password))
    whole = len(rest)
    for word in sorted(personal, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < whole and len(rest) < SHORTEST_REMAINDER


def _cores(password: str) -> set[str]:
    """The password as it is, and without the digits and signs people add to a word."""
    folded = password.casefold()
    stripped = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    halves = {folded[: len(folded) // 2]} if folded == folded[: len(folded) // 2] * 2 else set()
    return {word for word in {folded, stripped, _folded(stripped), *halves} if word}


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@cache
def _breached() -> DigestFilter:
    return DigestFilter(FOLDER / "breached.digests")


@cache
def _common() -> DigestFilter:
    return DigestFilter(FOLDER / "common.digests")
