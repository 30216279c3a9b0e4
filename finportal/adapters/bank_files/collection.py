"""What a bank's collection file says, once all of it was found right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from finportal.lending.money import Centavos


class Channel(StrEnum):
    """Where the payer stood."""

    COUNTER = "counter"
    SELF_SERVICE = "self_service"
    PHONE = "phone"
    ATM = "atm"
    POINT_OF_SALE = "point_of_sale"
    DIRECT_DEBIT = "direct_debit"
    INTERNET = "internet"
    UNKNOWN = "unknown"


class Means(StrEnum):
    """What was paid with. A cheque clears later and may bounce.

    UNSTATED: a code that does not tell; UNKNOWN: no code, or none that the profile knows.
    """

    CASH = "cash"
    CHEQUE = "cheque"
    DEBIT = "debit"
    CREDIT_CARD = "credit_card"
    UNSTATED = "unstated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment as the bank reports it.

    `line`: where it stands in the file; `number`: which of its batch, from 1. `raw_reference`: the
    whole field as it came. `amount` in centavos. `returned`: the bank gave the money back, by
    `return_cause`. Codes are texts without the blanks around them; absent in the layout: "".
    """

    line: int
    number: int
    raw_reference: str
    amount: Centavos
    channel: Channel
    means: Means
    means_code: str
    origin: str
    operation: str
    authorisation: str
    debited_bank: str
    branch: str
    sequence: str
    return_cause: str
    returned: bool

    @property
    def reference(self) -> str:
        """The reference to compare by: without blanks around it and zeros before it."""
        return self.raw_reference.strip(" ").lstrip("0")


@dataclass(frozen=True, slots=True)
class Batch:
    """The payments of one service; number and service are "" in a layout without batches."""

    number: str
    service: str
    details: tuple[Detail, ...]

    @property
    def total(self) -> Centavos:
        """The sum of its payments in centavos, returned ones included."""
        return Centavos(sum(detail.amount for detail in self.details))


@dataclass(frozen=True, slots=True)
class Header:
    """Whose account was paid into, and when.

    `value_date`: the payer's day for every payment of the file. `file_date` is None and `modifier`
    "" in a layout without them.
    """

    biller: str
    bank: str
    account: str
    account_type: str
    value_date: date
    collected_on: date
    file_date: date | None
    file_time: str
    modifier: str


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """A whole file whose order, counts and sums are right.

    `layout` and `profile` by name. `sha256`: of the bytes as they came, in lower-case hex.
    """

    layout: str
    profile: str
    sha256: str
    header: Header
    batches: tuple[Batch, ...]

    @property
    def count(self) -> int:
        """How many payments there are."""
        return sum(len(batch.details) for batch in self.batches)

    @property
    def total(self) -> Centavos:
        """The sum of all payments in centavos, returned ones included."""
        return Centavos(sum(batch.total for batch in self.batches))

    def lines(self) -> Iterator[tuple[Batch, Detail]]:
        """Every payment with its batch, in the order of the file."""
        for batch in self.batches:
            for detail in batch.details:
                yield batch, detail

    def line_key(self, batch: Batch, detail: Detail) -> str:
        """The name of this line among all lines of all banks, for a unique `source_key`."""
        header = self.header
        filed = f"{header.file_date:%Y%m%d}" if header.file_date else ""
        place = detail.sequence or f"n{detail.number}"
        return self._key(filed, header.modifier, batch.number, place)

    def likeness_key(self, detail: Detail) -> str:
        """The same for two lines that may be one payment told twice, in whichever files."""
        told = (detail.reference, str(detail.amount), detail.means_code)
        return self._key(*told, detail.operation, detail.branch)

    def _key(self, *parts: str) -> str:
        header = self.header
        account = (self.layout, header.bank, header.account, f"{header.collected_on:%Y%m%d}")
        return ":".join(_without_colon(part) for part in (*account, *parts))


def _without_colon(part: str) -> str:
    return part.replace("%", "%25").replace(":", "%3A")
