"""The barcode of a payment slip: GS1-128 with the biller, the reference, the amount and a date."""

import re
from dataclasses import dataclass
from datetime import date

from stdnum import ean
from stdnum.exceptions import ValidationError

from finportal.lending.money import PESO, Centavos

FNC1 = "\xf1"
"""How FNC1 stands in a text for Code 128; a reader gives it back as GS (0x1D) inside the data."""

GS = "\x1d"
GLN_LENGTH = 13
LONGEST_REFERENCE = 25
LONGEST_AMOUNT = 15
GS1_CHARACTERS = 48
"""The most data characters that GS1 allows in a symbol; Colombian slips go beyond."""

_DIGITS = re.compile(r"[0-9]+")
_FIXED_LENGTH = "415"


class BarcodeRefused(ValueError):
    """The slip cannot have this barcode; the subclass says why."""


class NotAGln(BarcodeRefused):
    """The biller's number is not thirteen digits with a right check digit."""


class ReferenceUnfit(BarcodeRefused):
    """The reference is not digits, or has more of them than the bank agreed to."""


class AmountUnfit(BarcodeRefused):
    """The amount is below zero, or has more digits than the bank agreed to."""


class CentavosLeft(BarcodeRefused):
    """The amount has centavos, which the barcode cannot carry."""


class TooManyCharacters(BarcodeRefused):
    """The barcode would have more characters than the bank's readers take."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was agreed with the banks about the barcode of one biller.

    `gln`: the biller's number of 13 digits. `reference_length`: digits of the reference, 1 to 25,
    zeros on the left. `amount_digits`: the same of the amount, 1 to 15 (even numbers need fewer
    bars). `longest`: the most data characters, separators and check character not counted.
    """

    gln: str
    reference_length: int = 18
    amount_digits: int = 10
    longest: int = 64


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode: its data in order, each with its application identifier."""

    elements: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The line for people under the bars; the brackets are not in the bars."""
        return "".join(f"({ai}){data}" for ai, data in self.elements)

    @property
    def data(self) -> str:
        """What a reader must give back: no first FNC1, GS between elements of any length."""
        return self.code.replace(FNC1, GS)

    @property
    def code(self) -> str:
        """The text for a Code 128 encoder without the FNC1 that begins every GS1-128."""
        last = len(self.elements) - 1
        return "".join(
            ai + data + (FNC1 if at < last and ai != _FIXED_LENGTH else "")
            for at, (ai, data) in enumerate(self.elements)
        )

    @property
    def characters(self) -> int:
        """Data characters as GS1 counts them, to be compared with GS1_CHARACTERS."""
        return sum(len(ai) + len(data) for ai, data in self.elements)

    @property
    def modules(self) -> str:
        """The bars from left to right, "1" black and "0" white, without quiet zones."""
        from barcode.codex import Gs1_128  # noqa: PLC0415 - loads Pillow, wanted by slips only

        bars: str = Gs1_128(self.code).build()[0]
        return bars


def symbol(form: Form, reference: str, pesos: int | None, pay_by: date | None) -> Symbol:
    """The barcode of a slip: (415) biller, (8020) reference, (3900) whole pesos, (96) YYYYMMDD.

    Without `pesos` the cashier types the amount; `pay_by` is the last day for paying, if any.
    GS1 General Specifications: 415 has a fixed length, the others end with FNC1 unless they are
    the last. Raises NotAGln, ReferenceUnfit, AmountUnfit, TooManyCharacters.
    """
    elements = [("415", checked_gln(form.gln)), ("8020", _reference(form, reference))]
    if pesos is not None:
        elements.append(("3900", _amount(form, pesos)))
    if pay_by is not None:
        elements.append(("96", pay_by.isoformat().replace("-", "")))
    made = Symbol(tuple(elements))
    if made.characters > form.longest:
        raise TooManyCharacters
    return made


def whole_pesos(amount: Centavos, *, round_up: bool = False) -> int:
    """The pesos that the barcode carries for an amount in centavos.

    Centavos are refused unless the caller wants the next whole peso: never less than is due.
    Raises CentavosLeft, AmountUnfit below zero.
    """
    if amount < 0:
        raise AmountUnfit
    pesos, centavos = divmod(amount, PESO)
    if centavos and not round_up:
        raise CentavosLeft
    return pesos + bool(centavos)


def checked_gln(gln: str) -> str:
    """The biller's number if its check digit is right (as in GTIN-13). Raises NotAGln."""
    if len(gln) != GLN_LENGTH or not _DIGITS.fullmatch(gln):
        raise NotAGln
    try:
        return str(ean.validate(gln))
    except ValidationError as error:
        raise NotAGln from error


def _reference(form: Form, reference: str) -> str:
    fits = 0 < len(reference) <= form.reference_length <= LONGEST_REFERENCE
    if not (fits and _DIGITS.fullmatch(reference)):
        raise ReferenceUnfit
    return reference.zfill(form.reference_length)


def _amount(form: Form, pesos: int) -> str:
    digits = str(pesos)
    if pesos < 0 or not len(digits) <= form.amount_digits <= LONGEST_AMOUNT:
        raise AmountUnfit
    return digits.zfill(form.amount_digits)
