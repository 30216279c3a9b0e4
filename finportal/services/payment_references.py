"""The number a customer gives at a bank's counter: which credit is paid, and a check digit."""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

LENGTH = 12
"""Digits of a reference: a fixed 1, nine of the credit, one for the turn, one to check."""

LAST_LOAN = 10**9 - 1
GROUP = 4
LONGEST_TYPED = 60
_BEGINS = "1"
_TURNS = "01"
_SEPARATORS = re.compile(r"[ .\-\u00a0\u2010-\u2015]")
_DIGITS = re.compile(r"[0-9]+")


class NotAReference(ValueError):
    """The text is no reference of ours; the subclass says what is wrong with it."""


class NoLoan(NotAReference):
    """The number of a credit is outside 1 … 999,999,999, so it has no reference."""


class NotOnlyDigits(NotAReference):
    """Something else than digits, spaces, points and hyphens stands in it."""


class WrongLength(NotAReference):
    """It has more or fewer digits than a reference."""


class WrongBeginning(NotAReference):
    """It does not begin as references of ours do."""


class WrongCheckDigit(NotAReference):
    """Its check digit does not fit: a digit is wrong, or two are exchanged."""


def reference_of(loan_id: int) -> str:
    """The twelve digits for the credit with this id in `loans`, always the same ones.

    The check digit is ISO 7064 MOD 11-2. Where it would be the letter X, which no counter can
    type, the turn is 1 instead of 0. The first digit is never 0, so no system loses it.
    Raises NoLoan.
    """
    if not 0 < loan_id <= LAST_LOAN:
        raise NoLoan
    bodies = (f"{_BEGINS}{loan_id:09d}{turn}" for turn in _TURNS)
    checked = (body + mod_11_2.calc_check_digit(body) for body in bodies)
    return next(reference for reference in checked if reference.isdigit())


def loan_of(reference: str) -> int:
    """The id of the credit that these twelve digits stand for.

    One wrong digit is always refused, and so is any exchange of two different digits that stand
    less than ten places apart.
    Raises NotOnlyDigits, WrongLength, WrongBeginning, WrongCheckDigit.
    """
    if not _DIGITS.fullmatch(reference):
        raise NotOnlyDigits
    if len(reference) != LENGTH:
        raise WrongLength
    if not reference.startswith(_BEGINS):
        raise WrongBeginning
    try:
        mod_11_2.validate(reference)
        loan_id = int(reference[1:-2])
        if reference != reference_of(loan_id):
            raise WrongCheckDigit
    except (ValidationError, NoLoan) as error:
        raise WrongCheckDigit from error
    return loan_id


def typed(text: str) -> str:
    """The reference that a person typed, in groups or not. Raises as `loan_of` does."""
    if len(text) > LONGEST_TYPED:
        raise WrongLength
    reference = _SEPARATORS.sub("", text.strip())
    loan_of(reference)
    return reference


def unpadded(field: str) -> str:
    """The reference from a bank's field or a barcode: zeros before it, blanks around it.

    Raises as `loan_of` does.
    """
    reference = field.strip(" ").lstrip("0")
    loan_of(reference)
    return reference


def grouped(reference: str) -> str:
    """The reference as people read it: "1000 0000 0405"; of any length, from the left."""
    return " ".join(reference[at : at + GROUP] for at in range(0, len(reference), GROUP))
