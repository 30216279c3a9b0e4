"""Any bytes are a right file or a named error, and one changed character never changes money."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters.bank_files.collection import CollectionFile
from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.parsing import parse
from finportal.adapters.bank_files.profiles import PROFILES, STANDARD

from .made import EXPECTED, KNOWN, MADE, Made, joined

PROFILE = st.sampled_from(list(PROFILES.values()))
RECORD = st.sampled_from([b"01", b"02", b"05", b"06", b"08", b"09", b""])
LINE = st.tuples(RECORD, st.text("0123456789 A\xd1\0\r", max_size=180)).map(
    lambda parts: parts[0] + parts[1].encode("latin-1")
)


def read(raw: bytes) -> CollectionFile | None:
    try:
        return parse(raw, STANDARD, EXPECTED)
    except BankFileRefused:
        return None


def money(file: CollectionFile) -> list[tuple[str, int]]:
    return [(batch.number, detail.amount) for batch, detail in file.lines()]


def payments(file: CollectionFile) -> Counter[tuple[str, int]]:
    return Counter((detail.reference, detail.amount) for _, detail in file.lines())


@given(st.binary(max_size=2000) | st.lists(LINE, max_size=12).map(b"\n".join), PROFILE)
def test_any_bytes_are_a_file_or_a_named_error(raw: bytes, profile: object) -> None:
    for encoding in ("latin-1", "ascii", "utf-8"):
        dialect = replace(profile, encoding=encoding)  # type: ignore[type-var]
        try:
            file = parse(raw, dialect, EXPECTED)
        except BankFileRefused:
            continue
        assert file.total == sum(detail.amount for _, detail in file.lines())


@given(MADE, st.data())
def test_a_changed_byte_is_refused_or_leaves_every_amount(made: Made, data: st.DataObject) -> None:
    raw = made.raw(data.draw(st.sampled_from(["\r\n", "\n"])))
    right = money(parse(raw, STANDARD, EXPECTED))
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = bytes([data.draw(st.integers(0, 255) | st.sampled_from(list(b"0123456789 \r\n")))])
    for changed in (
        raw[:at] + byte + raw[at + 1 :],
        raw[:at] + byte + raw[at:],
        raw[:at] + raw[at + 1 :],
    ):
        file = read(changed)
        assert file is None or money(file) == right


def test_every_changed_digit_of_the_known_file_is_refused_or_leaves_every_amount() -> None:
    right = money(parse(KNOWN, STANDARD, EXPECTED))
    passed = 0
    for at, byte in enumerate(KNOWN):
        if chr(byte).isdigit():
            other = b"%d" % ((byte - 48 + 1) % 10)
            file = read(KNOWN[:at] + other + KNOWN[at + 1 :])
            assert file is None or money(file) == right
            passed += file is not None
    assert passed > 0


@given(MADE, st.data())
def test_lines_lost_or_doubled_are_refused(made: Made, data: st.DataObject) -> None:
    lines = made.lines()
    at = data.draw(st.integers(0, len(lines) - 1))
    for changed in (lines[:at] + lines[at + 1 :], lines[: at + 1] + lines[at:]):
        assert read(joined(changed)) is None


@given(MADE, st.data())
def test_lines_exchanged_are_refused_or_leave_every_payment(
    made: Made, data: st.DataObject
) -> None:
    """Equal amounts may change their batches where each batch counts its lines for itself."""
    lines = made.lines()
    right = payments(parse(joined(lines), STANDARD, EXPECTED))
    places = st.integers(0, len(lines) - 1)
    at, other = data.draw(places), data.draw(places)
    lines[at], lines[other] = lines[other], lines[at]
    file = read(joined(lines))
    assert file is None or payments(file) == right
