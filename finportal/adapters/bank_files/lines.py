"""A file's bytes as numbered lines, and the fields of a line as values."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from finportal.adapters.bank_files import errors
from finportal.adapters.bank_files.layouts import Record, Span
from finportal.adapters.bank_files.profiles import Profile
from finportal.lending.money import Centavos

MOST_BYTES = 32 << 20
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DIGITS = re.compile(r"[0-9]+")
_CODE = 2


def raw_bytes(path: Path) -> bytes:
    """The file as it stands. Raises UnreadableFile, TooLarge."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise errors.UnreadableFile(reason=error.strerror) from error
    if len(raw) > MOST_BYTES:
        raise errors.TooLarge(most=MOST_BYTES)
    return raw


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end, filled up with blanks; `given`: how many characters it came with."""

    number: int
    text: str
    given: int
    profile: Profile

    @property
    def code(self) -> str:
        """The type of the record."""
        return self.text[:_CODE]

    def field(self, record: Record, name: str) -> str:
        """The field as it stands, blanks included; "" if the layout has none of that name."""
        span = record.spans.get(name)
        return self.text[span.start - 1 : span.start - 1 + span.length] if span else ""

    def word(self, record: Record, name: str) -> str:
        """The field without the blanks around it."""
        return self.field(record, name).strip(" ")

    def digits(self, record: Record, name: str) -> str:
        """The field if it is digits throughout. Raises LineCut, NotDigits."""
        text = self.field(record, name)
        if not _DIGITS.fullmatch(text):
            raise self._unfit(record.spans[name], name)
        return text

    def count(self, record: Record, name: str) -> int:
        """A whole number. Raises LineCut, NotDigits."""
        return int(self.digits(record, name))

    def money(self, record: Record, name: str) -> Centavos:
        """An amount with the profile's decimals, in centavos. Raises LineCut, NotDigits."""
        return Centavos(self.count(record, name) * 10 ** (2 - self.profile.decimals))

    def day(self, record: Record, name: str) -> date:
        """A date. Raises LineCut, NotDigits, BadDate."""
        text = self.digits(record, name)
        try:
            return date(*time.strptime(text, self.profile.date_format)[:3])
        except ValueError as error:
            raise errors.BadDate(self.number, record.spans[name].start, field=name) from error

    def _unfit(self, span: Span, name: str) -> errors.BankFileRefused:
        cut = self.given < span.start - 1 + span.length
        error = errors.LineCut if cut else errors.NotDigits
        return error(self.number, span.start, field=name)


class Lines:
    """The lines of a file, taken one after another by what may stand there."""

    def __init__(self, raw: bytes, profile: Profile) -> None:
        """Decode the file. Raises EmptyFile, TooLarge, ByteOrderMark, BadCharacter."""
        self._profile = profile
        self._lines = _lines(_decoded(raw, profile), profile)
        self._last = 0

    def take(self, *records: Record) -> Line:
        """The next line, which must be one of these records.

        Raises BadCharacter, LineTooLong, LineCut, EndMissing, UnknownRecord, OutOfOrder.
        """
        wanted = [record.code for record in records]
        expected = " or ".join(wanted)
        line = next(self._lines, None)
        if line is None:
            raise errors.EndMissing(self._last, expected=expected)
        self._last = line.number
        if line.code in wanted:
            return line
        known = line.code in self._profile.layout.codes
        error = errors.OutOfOrder if known else errors.UnknownRecord
        raise error(line.number, 1, found=line.code, expected=expected)

    def end(self) -> None:
        """Make sure that nothing is left. Raises ContentAfterEnd."""
        if line := next(self._lines, None):
            raise errors.ContentAfterEnd(line.number)


def _lines(decoded: str, profile: Profile) -> Iterator[Line]:
    for number, text in enumerate(_texts(decoded), start=1):
        full = profile.layout.length
        begin = text[: full + 1]
        if not begin.isprintable():
            column = next(at for at, sign in enumerate(begin, 1) if not sign.isprintable())
            raise errors.BadCharacter(number, column, found=ascii(begin[column - 1]))
        if len(text.rstrip(" ")) > full:
            raise errors.LineTooLong(number, full + 1, most=full)
        if len(text) < full and not profile.pads:
            raise errors.LineCut(number, len(text) + 1, field="the line")
        yield Line(number, text.ljust(full), len(text), profile)


def _texts(decoded: str) -> Iterator[str]:
    """The lines one by one without their ends; blank ones at the end of the file left out."""
    filled = len(decoded.rstrip("\r\n "))
    begins = 0
    while begins < filled:
        ends = decoded.find("\n", begins)
        ends = len(decoded) if ends < 0 else ends
        yield decoded[begins:ends].removesuffix("\r")
        begins = ends + 1


def _decoded(raw: bytes, profile: Profile) -> str:
    if len(raw) > MOST_BYTES:
        raise errors.TooLarge(most=MOST_BYTES)
    if raw.startswith(_BOMS):
        raise errors.ByteOrderMark(1, 1)
    if not raw.strip(b"\r\n "):
        raise errors.EmptyFile
    try:
        return raw.decode(profile.encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise errors.BadCharacter(line, column, found=hex(raw[error.start])) from error
