"""A good row of the customers or loans file, and when two of them mean the same."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from finportal.lending.money import Centavos

RATE_COLUMNS = frozenset({"rate_ea", "late_rate_ea", "insurance_rate"})

Key = tuple[str, ...]
"""What makes a row one of its kind: a customer's identification, a loan's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A good row: canonical values under the names of their columns, and the line it stood on."""

    line: int

    @property
    def values(self) -> dict[str, object]:
        """The values by column."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "line"}

    @property
    def key(self) -> Key:
        """What makes the row one of its kind."""
        raise NotImplementedError

    @property
    def owner(self) -> Key | None:
        """The identification of the customer the row refers to, if it refers to one."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow(FileRow):
    """A customer as the file states it."""

    id_type: str
    id_number: str
    kind: str
    name: str
    email: str
    mobile: str
    address: str | None
    city: str | None
    birth_date: date | None
    representative_id_type: str | None
    representative_id_number: str | None
    representative_name: str | None

    @property
    def key(self) -> Key:
        """The identification: its type and canonical number."""
        return self.id_type, self.id_number


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow(FileRow):
    """A loan as the file states it: amounts in centavos, rates as typed."""

    loan_number: str
    id_type: str
    id_number: str
    product: str
    principal: Centavos
    disbursed_on: date
    first_due_on: date
    term: int
    rate_ea: str
    plate: str | None
    vin: str | None
    make: str | None
    model: str | None
    model_year: int | None
    status: str
    late_rate_ea: str | None
    insurance_rate: str | None
    insurance_monthly: Centavos | None
    balloon: Centavos | None
    grace_months: int | None
    day_count: str | None
    allocation: str | None
    opening_on: date | None
    opening_principal: Centavos | None
    opening_interest: Centavos | None
    opening_late_interest: Centavos | None
    opening_insurance: Centavos | None
    opening_fees: Centavos | None
    opening_credit: Centavos | None

    @property
    def key(self) -> Key:
        """The lender's number of the loan."""
        return (self.loan_number,)

    @property
    def owner(self) -> Key | None:
        """The identification of the borrower."""
        return self.id_type, self.id_number


def same(column: str, one: object, other: object) -> bool:
    """Whether two values of a column mean the same: 0.2450 and 0.245 are one rate."""
    return _meaning(column, one) == _meaning(column, other)


def fingerprint(row: FileRow) -> int:
    """A number that rows of the same meaning share; their lines do not matter."""
    return hash(tuple(_meaning(column, value) for column, value in row.values.items()))


def _meaning(column: str, value: object) -> object:
    return Decimal(value) if column in RATE_COLUMNS and isinstance(value, str) else value
