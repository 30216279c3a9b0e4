"""A good row of the customers or loans file, and when two of them mean the same."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

RATE_COLUMNS = frozenset({"rate_ea", "late_rate_ea", "insurance_rate"})

Key = tuple[str, ...]
"""What makes a row one of its kind: a customer's identification, a loan's number."""


class FileRow(NamedTuple):
    """A good row: canonical values by column, and the line it stood on.

    Amounts are centavos, rates as typed. `owner`: the identification of the customer it refers to.
    """

    line: int
    key: Key
    owner: Key | None
    values: Mapping[str, object]


def same(column: str, one: object, other: object) -> bool:
    """Whether two values of a column mean the same: 0.2450 and 0.245 are one rate."""
    return one == other or _meaning(column, one) == _meaning(column, other)


def fingerprint(row: FileRow) -> int:
    """A number that rows of the same meaning share; their lines do not matter."""
    return hash(tuple(_meaning(column, value) for column, value in row.values.items()))


def _meaning(column: str, value: object) -> object:
    return Decimal(value) if column in RATE_COLUMNS and isinstance(value, str) else value
