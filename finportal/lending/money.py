"""Money: whole centavos of Colombian pesos, one parser in, one plain text out, one way to round."""

import re
from typing import NewType

from finportal.lending.errors import LendingError

Centavos = NewType("Centavos", int)
"""An amount in centavos (1 peso = 100 centavos). The only money type of the project."""

make = tuple.__new__
"""Makes a named tuple of all its figures at once, uncounted: `_make` for the innermost loops."""

ZERO = Centavos(0)
PESO = Centavos(100)

_PESOS = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,15})(?:\.(?P<cents>\d{1,2}))?")


class NotAnAmount(LendingError):
    """Write the amount in pesos with a point, for example 845000 or 845000.50."""


class AmountNotPositive(LendingError):
    """The {what} must be a whole number of centavos above zero, not {amount!r}."""


class AmountNegative(LendingError):
    """The {what} must be a whole number of centavos, zero or more, not {amount!r}."""


def parse_pesos(text: str) -> Centavos:
    """Centavos from text in pesos with a decimal point, as the files bring it ("845000.50").

    Raises NotAnAmount for anything else: thousands separators, more than two decimals, exponents.
    """
    match = _PESOS.fullmatch(text.strip()) if text.isascii() else None
    if match is None:
        raise NotAnAmount
    cents = int(match["whole"]) * 100 + int((match["cents"] or "0").ljust(2, "0"))
    return Centavos(-cents if match["sign"] else cents)


def pesos_text(amount: Centavos) -> str:
    """The amount as files and JSON carry it: pesos, a point and two decimals ("845000.50")."""
    whole, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{cents:02d}"


def half_up(numerator: int, denominator: int, unit: int) -> int:
    """The non-negative fraction of centavos rounded half-up to a multiple of `unit` centavos.

    Money is rounded at five places and nowhere else: the instalment, the interest of a row, the
    insurance of a row, the interest accrued at a date and the late interest at a date.
    """
    whole = denominator * unit
    return (numerator + whole // 2) // whole * unit


def check_positive(amount: int, what: str) -> None:
    """Raise AmountNotPositive unless `amount` is a whole number of centavos above zero."""
    if type(amount) is not int or amount <= 0:
        raise AmountNotPositive(what=what, amount=amount)


def check_not_negative(amount: int, what: str) -> None:
    """Raise AmountNegative unless `amount` is a whole number of centavos, zero or more."""
    if type(amount) is not int or amount < 0:
        raise AmountNegative(what=what, amount=amount)
