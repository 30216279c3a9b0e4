"""JSON from strangers read exactly: no float, no surprise, and amounts in whole centavos."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

import simplejson

from finportal.adapters.gateways import utc
from finportal.adapters.gateways.errors import AmountUnreadable, AnswerUnreadable
from finportal.lending.money import Centavos

MOST_DIGITS = 15
_AMOUNT = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


class NotJson(ValueError):
    """The bytes are not one JSON value in UTF-8."""


def read_json(body: bytes) -> Any:
    """The JSON value in some bytes, numbers with a point as Decimal. Raises NotJson.

    NaN and infinities are refused, and so are texts that no UTF-8 can hold.
    """
    try:
        text = body.decode()
        value = simplejson.loads(text, use_decimal=True, parse_constant=_refuse)
        simplejson.dumps(value, use_decimal=True, ensure_ascii=False).encode()
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise NotJson(type(error).__name__) from error
    return value


def write_json(value: object) -> bytes:
    """JSON in UTF-8, Decimals as numbers with every digit they have."""
    text: str = simplejson.dumps(value, use_decimal=True)
    return text.encode()


def at(value: Any, path: str) -> Any:
    """What lies in nested objects under a dotted path; None where there is nothing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Any, path: str) -> str:
    """A text, or a whole number as text, under a dotted path; "" for anything else."""
    found = at(value, path)
    if isinstance(found, str):
        return found
    return str(found) if type(found) is int else ""


def needed_at(value: Any, path: str) -> str:
    """Like text_at, but raises AnswerUnreadable where there is none."""
    found = text_at(value, path)
    if not found:
        raise AnswerUnreadable(f"the answer has no {path}")
    return found


def moment(text: str) -> datetime:
    """An ISO 8601 moment with its offset, in UTC. Raises AnswerUnreadable: nothing is guessed."""
    try:
        read = datetime.fromisoformat(text)
        if read.utcoffset() is None:
            raise AnswerUnreadable("a moment without its offset")
        return utc(read)
    except (ValueError, OverflowError) as error:
        raise AnswerUnreadable("a moment that is no ISO 8601") from error


def centavos_from_pesos(value: object) -> Centavos:
    """Centavos from pesos as JSON brings them: 1000000, 1000000.5, "1000000.00", 1e6.

    Raises AmountUnreadable for anything that is not exactly a whole number of centavos, zero or
    more, with at most 15 digits.
    """
    return _centavos(value, 2)


def centavos_from_cents(value: object) -> Centavos:
    """Centavos from whole cents as JSON brings them. Raises AmountUnreadable as above."""
    return _centavos(value, 0)


def pesos(amount: Centavos) -> Decimal | int:
    """Pesos as a JSON number: whole when they are, else with their centavos."""
    whole, cents = divmod(amount, 100)
    return whole if not cents else Decimal(amount).scaleb(-2)


def _centavos(value: object, places: int) -> Centavos:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise AmountUnreadable(f"an amount that is no number: {type(value).__name__}")
    text = format(value, "d") if isinstance(value, int) else str(value)
    if not _AMOUNT.fullmatch(text):
        raise AmountUnreadable("an amount that is no plain number")
    sign, digits, exponent = Decimal(text).as_tuple()
    figures = "".join(map(str, digits)).lstrip("0")
    whole = figures.rstrip("0")
    shift = int(exponent) + len(figures) - len(whole) + places
    if not whole:
        return Centavos(0)
    if sign or shift < 0 or len(whole) + shift > MOST_DIGITS:
        raise AmountUnreadable("an amount below zero, too large, or with parts of a centavo")
    return Centavos(int(whole) * 10**shift)


def _refuse(constant: str) -> NoReturn:
    raise NotJson(constant)
