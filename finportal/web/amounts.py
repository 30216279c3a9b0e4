"""Pesos as people type them on a page: with or without points, commas and the peso sign."""

import re

from finportal.lending import Centavos, parse_pesos
from finportal.lending.money import NotAnAmount

_GROUPED = re.compile(
    r"[1-9]\d{0,2}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?P<cents>[.,]\d{1,2})?"
)
_NOISE = str.maketrans({"$": "", " ": "", "\u00a0": "", "\u202f": "", "'": ".", "’": "."})


def typed_pesos(text: str) -> Centavos:
    """Centavos from "1.000.000", "1'000.000", "1,000,000", "$ 845.000,50" or "845000".

    Three digits after a point or a comma are thousands, one or two are centavos.
    Raises NotAnAmount.
    """
    plain = text.translate(_NOISE)
    grouped = _GROUPED.fullmatch(plain)
    if grouped is None:
        return parse_pesos(plain.replace(",", "."))
    cents = grouped["cents"] or ""
    if cents.startswith(grouped["sign"]):
        raise NotAnAmount
    whole = plain.removesuffix(cents).replace(grouped["sign"], "")
    return parse_pesos(whole + cents.replace(",", "."))
