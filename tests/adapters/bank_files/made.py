"""Bank files made for tests, written here once more so that a reader cannot agree with itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from finportal.adapters.bank_files.parsing import Expected

NIT = "9001234568"
GLN = "7709998123458"
TODAY = date(2026, 11, 9)
EXPECTED = Expected(nit="900.123.456-8", services=frozenset({GLN}), today=TODAY)
KNOWN_LINES = (
    "0190012345682026110500100000000123456789202611060830A02",
    "0577099981234580001",
    "0600000000000000000000000000000000000000123456789000000068540000010100000000000000101230000002",
    "0600000000000000000000000000000000000000123456789000000068540000010100000000000000101230000003",
    "0600000000000000000000000000000000000000445566778800000041230000010200451200000000100870000004",
    "0600000000000000000000000000000000000000990011223300000120000050031511882277441100799990000005",
    "080000000040000000002983100500001",
    "09000000004000000000298310050",
)
KNOWN_SHA256 = "365c79eb3e5cbf8f78410304154f8fe1179db0b76e40e9abd08e846ef6370a85"


def joined(lines: Sequence[str], length: int = 162, end: str = "\r\n") -> bytes:
    """The lines filled up and ended, the last one too."""
    return "".join(line.ljust(length) + end for line in lines).encode("latin-1")


KNOWN = joined(KNOWN_LINES)


@dataclass(frozen=True)
class Paid:
    """A payment to be written into a file; amount in centavos."""

    reference: str
    amount: int
    means: str = "01"
    operation: str = "000000"
    branch: str = "0123"
    cause: str = "   "

    def line(self, sequence: int) -> str:
        reference, amount = self.reference.zfill(48), f"{self.amount:014d}"
        bank = f"01{self.means}{self.operation}000000001{self.branch}"
        return f"06{reference}{amount}{bank}{sequence:07d}{self.cause}"


@dataclass(frozen=True)
class Made:
    """A file to be written: its batches of payments, and the head of the file."""

    batches: tuple[tuple[Paid, ...], ...]
    collected_on: str = "20261105"
    filed_on: str = "20261106"
    modifier: str = "A"
    bank: str = "001"

    def lines(self) -> list[str]:
        account = "00000000123456789"
        written = [
            f"01{NIT}{self.collected_on}{self.bank}{account}{self.filed_on}0830{self.modifier}02"
        ]
        sequence = 2
        for number, batch in enumerate(self.batches, 1):
            written.append(f"05{GLN}{number:04d}")
            for paid in batch:
                written.append(paid.line(sequence))
                sequence += 1
            written.append(f"08{len(batch):09d}{total(batch):018d}{number:04d}")
        everything = [paid for batch in self.batches for paid in batch]
        written.append(f"09{len(everything):09d}{total(everything):018d}")
        return written

    def raw(self, end: str = "\r\n") -> bytes:
        return joined(self.lines(), end=end)

    def but(self, **changed: str) -> "Made":
        """The same payments under another head."""
        return replace(self, **changed)  # type: ignore[arg-type]


def total(batch: Sequence[Paid]) -> int:
    return sum(paid.amount for paid in batch)


PAID = st.builds(
    Paid,
    reference=st.text("0123456789", min_size=1, max_size=48),
    amount=st.integers(0, 10**14 - 1),
    means=st.sampled_from(["01", "02", "03", "11", "15", "25", "99"]),
    operation=st.text("0123456789", min_size=6, max_size=6),
    branch=st.text("0123456789", min_size=4, max_size=4),
    cause=st.sampled_from(["   ", "000", "R01"]),
)
MADE = st.builds(
    Made,
    batches=st.lists(st.lists(PAID, max_size=5).map(tuple), max_size=3).map(tuple),
    modifier=st.sampled_from("A1Z"),
)
