"""Where each field stands in the files that banks send back, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """The place of a field: its first column, counted from 1, and how many columns it has."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Record:
    """A type of line: the code in its first two columns, and its fields by name."""

    code: str
    spans: Mapping[str, Span]


class BatchRecords(NamedTuple):
    """What stands around the payments of a batch."""

    header: Record
    trailer: Record


@dataclass(frozen=True, slots=True)
class Layout:
    """The records of a kind of file, with or without batches, and how long a full line is."""

    name: str
    length: int
    header: Record
    detail: Record
    trailer: Record
    batch: BatchRecords | None = None

    @property
    def codes(self) -> frozenset[str]:
        """Every code with which a line may begin."""
        records = (self.header, *(self.batch or ()), self.detail, self.trailer)
        return frozenset(record.code for record in records)


ASOBANCARIA_2001 = Layout(
    name="aso2001",
    length=162,
    header=Record(
        "01",
        {
            "biller": Span(3, 10),
            "collected_on": Span(13, 8),
            "bank": Span(21, 3),
            "account": Span(24, 17),
            "file_date": Span(41, 8),
            "file_time": Span(49, 4),
            "modifier": Span(53, 1),
            "account_type": Span(54, 2),
        },
    ),
    batch=BatchRecords(
        Record("05", {"service": Span(3, 13), "batch": Span(16, 4)}),
        Record("08", {"count": Span(3, 9), "total": Span(12, 18), "batch": Span(30, 4)}),
    ),
    detail=Record(
        "06",
        {
            "reference": Span(3, 48),
            "amount": Span(51, 14),
            "origin": Span(65, 2),
            "means": Span(67, 2),
            "operation": Span(69, 6),
            "authorisation": Span(75, 6),
            "debited_bank": Span(81, 3),
            "branch": Span(84, 4),
            "sequence": Span(88, 7),
            "return_cause": Span(95, 3),
        },
    ),
    trailer=Record("09", {"count": Span(3, 9), "total": Span(12, 18)}),
)
"""Asobancaria's technical recommendation of September 2001, collection ("recaudo").

Positions as five independent public parsers and sample files have them.
"""

ASOBANCARIA_98 = Layout(
    name="aso98",
    length=128,
    header=Record(
        "01",
        {
            "biller": Span(3, 13),
            "collected_on": Span(16, 8),
            "bank": Span(24, 3),
            "account": Span(27, 15),
        },
    ),
    detail=Record(
        "02",
        {
            "reference": Span(3, 25),
            "amount": Span(28, 13),
            "origin": Span(41, 2),
            "sequence": Span(43, 7),
        },
    ),
    trailer=Record("09", {"count": Span(3, 9), "total": Span(12, 18)}),
)
"""Asobancaria 98, from a single public source: not to be trusted before a bank's sample is seen."""
