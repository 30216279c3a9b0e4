"""The file that tells a bank what is due: Asobancaria 2001, billing, 220 characters a line."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from finportal.lending.money import Centavos

LENGTH = 220
END = "\r\n"
LONGEST_NAME = 22
_DIGITS = re.compile(r"[0-9]*")
_CODE = re.compile(r"[A-Z0-9]*")
_MODIFIER = re.compile(r"[A-Z0-9]")
_NOT_ASCII_WORDS = re.compile(r"[^A-Z0-9 .&-]+")


class BillingRefused(ValueError):
    """The file cannot be written; the subclass and the message say what does not fit."""


class NotDigits(BillingRefused):
    """A field of the file holds digits only, and what was given is something else."""


class NotACode(BillingRefused):
    """A field of the file holds capitals and digits only, and what was given is something else."""


class TooLong(BillingRefused):
    """What was given has more characters than its field; it is never cut."""


class DoubledReference(BillingRefused):
    """A reference stands in the file twice, be it with other zeros before it."""


class NothingDue(BillingRefused):
    """A bill is for an amount above zero."""


class BadModifier(BillingRefused):
    """The modifier is one capital letter or digit: A for the first file of a day."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What one payer owes: amount in centavos, the last day for paying, who to greet.

    `customer_id`: at most ten capitals and digits; `second_reference` 30, `cycle` 3; each may be
    "". The name is written in capitals without accents and cut at 22 characters.
    """

    reference: str
    amount: Centavos
    due_on: date
    customer_id: str = ""
    name: str = ""
    second_reference: str = ""
    periods: int = 1
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class BillingBatch:
    """The bills of one service: its number (the GLN) and a description of up to 15 characters."""

    service: str
    bills: Iterable[Bill]
    description: str = ""


@dataclass(frozen=True, slots=True)
class BillingFile:
    """A whole file. `nit` with its check digit, digits only; `bank` its three digits.

    `written_at`: the moment in Bogotá. `account` and `account_type` are where the money goes.
    """

    nit: str
    bank: str
    written_at: datetime
    batches: Sequence[BillingBatch]
    modifier: str = "A"
    account: str = ""
    account_type: str = ""


def billing_bytes(file: BillingFile) -> bytes:
    """The file in ASCII, every line 220 characters and CRLF, the last one too.

    Layout from a single public source, to be compared with a sample of each bank. Extra services
    and amounts are zero. Raises BillingRefused: nothing is ever cut but names and descriptions.
    """
    return b"".join(billing_lines(file))


def billing_lines(file: BillingFile) -> Iterator[bytes]:
    """The same line by line, so that bills that come one by one are never all in memory.

    Raises what `billing_bytes` raises, and as late as the bill that does not fit.
    """
    if not _MODIFIER.fullmatch(file.modifier):
        raise BadModifier(repr(file.modifier))
    return ((line.ljust(LENGTH) + END).encode("ascii") for line in _lines(file))


def _lines(file: BillingFile) -> Iterator[str]:
    seen: set[str] = set()
    count, total = 0, 0
    yield _header(file)
    for number, batch in enumerate(file.batches, start=1):
        begins = _digits(batch.service, 13, "service") + _digits(str(number), 4, "batch")
        yield "05" + begins + _words(batch.description, 15)
        billed, added = 0, 0
        for bill in batch.bills:
            key = bill.reference.lstrip("0")
            if key in seen:
                raise DoubledReference(bill.reference)
            seen.add(key)
            yield _bill(bill, file)
            billed, added = billed + 1, added + bill.amount
        yield "08" + _control(billed, added) + f"{number:04d}"
        count, total = count + billed, total + added
    yield "09" + _control(count, total)


def _header(file: BillingFile) -> str:
    parts = (
        _digits(file.nit, 10, "nit"),
        _digits("", 10, "extra nit"),
        _digits(file.bank, 3, "bank"),
        f"{file.written_at:%Y%m%d%H%M}",
        file.modifier,
    )
    return "01" + "".join(parts)


def _bill(bill: Bill, file: BillingFile) -> str:
    if bill.amount <= 0:
        raise NothingDue(bill.reference)
    parts = (
        _digits(bill.reference, 48, "reference"),
        _code(bill.second_reference, 30, "second reference"),
        _digits(str(bill.periods), 2, "periods"),
        _code(bill.cycle, 3, "cycle"),
        _digits(str(bill.amount), 14, "amount"),
        _code("", 13, "extra service"),
        _digits("", 14, "extra amount"),
        bill.due_on.isoformat().replace("-", ""),
        _digits("", 8, "EFR id"),
        _code(file.account, 17, "account"),
        _digits(file.account_type, 2, "account type"),
        _code(bill.customer_id, 10, "customer id"),
        _words(bill.name, LONGEST_NAME),
        _digits("", 3, "originator"),
    )
    return "06" + "".join(parts)


def _control(count: int, total: int) -> str:
    """Count, total, and the total of extra services, of which there are none."""
    extra = _digits("", 18, "extra total")
    return _digits(str(count), 9, "count") + _digits(str(total), 18, "total") + extra


def _digits(text: str, length: int, field: str) -> str:
    """Zeros on the left."""
    if not _DIGITS.fullmatch(text):
        raise NotDigits(field)
    return _fitting(text, length, field).zfill(length)


def _code(text: str, length: int, field: str) -> str:
    """Blanks on the right."""
    if not _CODE.fullmatch(text):
        raise NotACode(field)
    return _fitting(text, length, field).ljust(length)


def _fitting(text: str, length: int, field: str) -> str:
    if len(text) > length:
        raise TooLong(f"{field}: more than {length} characters")
    return text


def _words(text: str, length: int) -> str:
    """Capitals, digits and few signs, blanks on the right."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return " ".join(_NOT_ASCII_WORDS.sub(" ", plain).split())[:length].ljust(length)
