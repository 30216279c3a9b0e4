"""One canonical form for who a person is: identification number, mobile and e-mail."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from stdnum.co import nit
from stdnum.exceptions import ValidationError

SHOWN = 4
_SEPARATORS = re.compile(r"[\s.,'\-\u2010-\u2015\u00a0]+")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
LONGEST_PLAIN = 64
"""An address no longer than this, with a plain name, is as good as its domain is."""

_MOBILE = re.compile(r"(?:\+|00)?(?:57)?(3\d{9})")
_DIGITS_OF = {"CC": (5, 10), "CE": (5, 8), "TI": (10, 11), "PPT": (5, 9)}
_NIT_WITHOUT_CHECK_DIGIT = re.compile(r"[89]\d{8}")


class IdType(StrEnum):
    """Kinds of Colombian identification that a portfolio holds."""

    CC = "CC"
    CE = "CE"
    NIT = "NIT"
    PPT = "PPT"
    PAS = "PAS"
    TI = "TI"


class NotIdentity(ValueError):
    """The text is no identification number, mobile or e-mail of that kind; the message says why."""


def id_number(id_type: str, text: str) -> str:
    """The canonical number: digits only, a NIT with its check digit, a passport in capitals.

    Raises NotIdentity. Check digit: Orden Administrativa 4 de 1989 (DIAN), by python-stdnum.
    """
    plain = _plain(text).upper()
    if id_type == IdType.PAS:
        return _matching(_PASSPORT, plain, "a passport has 5 to 15 letters and digits")
    if id_type not in IdType.__members__:
        raise NotIdentity(f"{id_type!r} is not one of {', '.join(IdType)}")
    if not (plain.isascii() and plain.isdigit()):
        raise NotIdentity("only digits, points and hyphens are allowed")
    return _nit(plain) if id_type == IdType.NIT else _of_length(id_type, plain)


def spellings(number: str, id_type: str) -> set[str]:
    """The ways a customer may type an own canonical number when signing in."""
    whole = {number, number[:-1]} if id_type == IdType.NIT else {number}
    return {spelling.lstrip("0") for spelling in whole}


def typed_number(text: str) -> str:
    """What was typed as a number, kind unknown, to be compared with `spellings`: no zeros first."""
    return "".join(sign for sign in _plain(text).upper() if sign.isprintable()).lstrip("0")


def mobile(text: str) -> str:
    """The ten digits of a Colombian mobile, without the country's prefix. Raises NotIdentity."""
    plain = _plain(text).replace("(", "").replace(")", "")
    found = _MOBILE.fullmatch(plain) if plain.isascii() else None
    if not found:
        raise NotIdentity("a Colombian mobile has 10 digits and begins with 3")
    return found[1]


def email(text: str) -> str:
    """The address in lower case with its domain in ASCII (IDNA). Raises NotIdentity."""
    address = text.strip()
    local, _, domain = address.partition("@")
    if len(address) <= LONGEST_PLAIN and _PLAIN_LOCAL.fullmatch(local):
        return f"{local.lower()}@{_ascii_domain(domain)}"
    return _valid_email(address)


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    return _valid_email(f"a@{domain}").removeprefix("a@")


def _valid_email(address: str) -> str:
    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotIdentity("an e-mail looks like nombre@correo.com") from error
    return f"{valid.local_part}@{valid.ascii_domain}".lower()


def masked(text: str) -> str:
    """All but the last four characters hidden, for mail, queues and logs."""
    shown = text[-SHOWN:] if len(text) > SHOWN else ""
    return "•" * (len(text) - len(shown)) + shown


def masked_email(address: str) -> str:
    """The first letters of both halves only: a•••@c•••.com."""
    local, _, domain = address.partition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}"


def initials(name: str) -> str:
    """A name of which only the first letter of each word is told."""
    return " ".join(f"{word[0]}{'•' * min(5, len(word) - 1)}" for word in name.split())


def _plain(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def _nit(plain: str) -> str:
    plain = plain.lstrip("0")
    if _NIT_WITHOUT_CHECK_DIGIT.fullmatch(plain):
        return plain + nit.calc_check_digit(plain)
    try:
        return nit.validate(plain)
    except ValidationError as error:
        raise NotIdentity("the check digit does not belong to this NIT") from error


def _of_length(id_type: str, plain: str) -> str:
    shortest, longest = _DIGITS_OF[id_type]
    number = plain.lstrip("0")
    if not shortest <= len(number) <= longest:
        raise NotIdentity(f"a {id_type} has {shortest} to {longest} digits")
    return number


def _matching(pattern: re.Pattern[str], plain: str, why: str) -> str:
    if not pattern.fullmatch(plain):
        raise NotIdentity(why)
    return plain
