"""Collection files: the known one exactly, made ones back again, wrong ones refused by name."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from finportal.adapters.bank_files import errors
from finportal.adapters.bank_files.collection import Channel, CollectionFile, Means
from finportal.adapters.bank_files.layouts import Span
from finportal.adapters.bank_files.lines import MOST_BYTES, raw_bytes
from finportal.adapters.bank_files.parsing import parse
from finportal.adapters.bank_files.profiles import (
    EXACT,
    NETWORK,
    OF_1998,
    PROFILES,
    STANDARD,
    NoSuchProfile,
    named,
)

from .made import EXPECTED, GLN, KNOWN, KNOWN_LINES, KNOWN_SHA256, MADE, TODAY, Made, joined

Edit = Callable[[list[str]], list[str]]


def parsed(raw: bytes) -> CollectionFile:
    return parse(raw, STANDARD, EXPECTED)


def at(number: int, column: int, text: str) -> Edit:
    """Another text in a line of the known file, both counted from 1."""

    def edit(lines: list[str]) -> list[str]:
        line = lines[number - 1]
        changed = line[: column - 1] + text + line[column - 1 + len(text) :]
        return [*lines[: number - 1], changed, *lines[number:]]

    return edit


def without(number: int) -> Edit:
    return lambda lines: lines[: number - 1] + lines[number:]


def test_the_known_file_is_exact() -> None:
    assert (len(KNOWN), hashlib.sha256(KNOWN).hexdigest()) == (1312, KNOWN_SHA256)
    file = parse(KNOWN, EXACT, EXPECTED)
    assert file.sha256 == KNOWN_SHA256
    assert (file.count, file.total) == (4, 298_310_050)
    head = file.header
    assert (head.biller, head.bank, head.account) == ("9001234568", "001", "123456789")
    assert head.value_date == head.collected_on == date(2026, 11, 5)
    assert (head.file_date, head.file_time) == (date(2026, 11, 6), "0830")
    assert (head.modifier, head.account_type) == ("A", "02")
    (batch,) = file.batches
    assert (batch.number, batch.service) == ("0001", GLN)
    assert [(one.line, one.reference, one.amount) for one in batch.details] == [
        (3, "1234567890", 68_540_000),
        (4, "1234567890", 68_540_000),
        (5, "4455667788", 41_230_000),
        (6, "9900112233", 120_000_050),
    ]
    assert [(one.channel, one.means) for one in batch.details] == [
        (Channel.COUNTER, Means.CASH),
        (Channel.COUNTER, Means.CASH),
        (Channel.COUNTER, Means.CHEQUE),
        (Channel.INTERNET, Means.DEBIT),
    ]
    last = batch.details[-1]
    assert (last.operation, last.authorisation, last.debited_bank) == ("118822", "774411", "007")
    assert (last.branch, last.sequence, last.origin) == ("9999", "0000005", "03")
    assert (last.return_cause, last.returned) == ("", False)
    assert last.raw_reference == "9900112233".zfill(48)


def test_every_line_has_a_key_of_its_own_and_equal_payments_look_alike() -> None:
    file = parsed(KNOWN)
    keys = [file.line_key(batch, detail) for batch, detail in file.lines()]
    assert keys[0] == "aso2001:001:123456789:20261105:20261106:A:0001:0000002"
    assert len(set(keys)) == 4
    alike = [file.likeness_key(detail) for _, detail in file.lines()]
    assert (
        alike[0] == alike[1] == "aso2001:001:123456789:20261105:1234567890:68540000:01:000000:0123"
    )
    assert len(set(alike)) == 3


def test_keys_cannot_run_into_each_other() -> None:
    file = parsed(joined(at(3, 3, f"{'1:2':>48}")(list(KNOWN_LINES))))
    assert ":1%3A2:68540000:" in file.likeness_key(file.batches[0].details[0])


@given(MADE)
def test_what_was_written_is_read(made: Made) -> None:
    file = parsed(made.raw())
    written = [paid for batch in made.batches for paid in batch]
    read = [detail for _, detail in file.lines()]
    assert [(one.reference, one.amount, one.means_code) for one in read] == [
        (paid.reference.lstrip("0"), paid.amount, paid.means) for paid in written
    ]
    assert [(one.operation, one.branch) for one in read] == [
        (paid.operation, paid.branch) for paid in written
    ]
    assert [one.returned for one in read] == [paid.cause == "R01" for paid in written]
    assert [one.means is Means.UNKNOWN for one in read] == [paid.means == "99" for paid in written]
    assert [len(batch.details) for batch in file.batches] == [len(batch) for batch in made.batches]
    assert file.total == sum(batch.total for batch in file.batches)
    assert len({file.line_key(*line) for line in file.lines()}) == file.count


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("length", [0, 97, 161, 162, 170])
def test_blanks_and_ends_of_lines_mean_nothing(end: str, length: int) -> None:
    file = parsed(joined(KNOWN_LINES, length, end))
    again = replace(parsed(KNOWN), sha256=file.sha256)
    assert file == again
    for tail in (b"", b"\r\n\r\n", b"\n   \n"):
        raw = joined(KNOWN_LINES, length, end).rstrip() + tail
        assert replace(parsed(raw), sha256="") == replace(again, sha256="")


def test_an_exact_profile_wants_full_lines() -> None:
    with pytest.raises(errors.LineCut) as refused:
        parse(joined(KNOWN_LINES, 161), EXACT, EXPECTED)
    assert (refused.value.line, refused.value.column) == (1, 162)


def test_records_without_their_last_fields_are_read() -> None:
    lines = [line[:94] if line.startswith("06") else line for line in KNOWN_LINES]
    assert parsed(joined(lines, 0)).total == 298_310_050


@pytest.mark.parametrize(
    ("edit", "error", "line", "column"),
    [
        (at(3, 51, "00000068540001"), errors.TotalMismatch, 7, 12),
        (at(7, 3, "000000005"), errors.CountMismatch, 7, 3),
        (at(7, 12, "000000000298310051"), errors.TotalMismatch, 7, 12),
        (at(7, 30, "0002"), errors.BatchMismatch, 7, 30),
        (at(8, 3, "000000003"), errors.CountMismatch, 8, 3),
        (at(8, 12, "000000000298310000"), errors.TotalMismatch, 8, 12),
        (without(8), errors.EndMissing, 7, 0),
        (without(7), errors.OutOfOrder, 7, 1),
        (without(3), errors.CountMismatch, 6, 3),
        (without(2), errors.OutOfOrder, 2, 1),
        (without(1), errors.OutOfOrder, 1, 1),
        (lambda lines: [*lines, *lines[1:7]], errors.ContentAfterEnd, 9, 0),
        (lambda lines: [*lines, *lines], errors.ContentAfterEnd, 9, 0),
        (lambda lines: [*lines[:7], *lines[1:]], errors.DuplicateBatch, 8, 16),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], errors.SequenceBroken, 4, 88),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], errors.SequenceBroken, 4, 88),
        (lambda lines: [*lines[:3], "", *lines[3:]], errors.UnknownRecord, 4, 1),
        (at(4, 1, "07"), errors.UnknownRecord, 4, 1),
        (at(4, 1, "é6"), errors.UnknownRecord, 4, 1),
        (at(1, 13, "20261131"), errors.BadDate, 1, 13),
        (at(1, 13, "2026110 "), errors.NotDigits, 1, 13),
        (at(1, 13, "00000000"), errors.BadDate, 1, 13),
        (at(1, 13, "20261110"), errors.DateAhead, 1, 13),
        (at(1, 13, "20251107"), errors.DateTooOld, 1, 13),
        (at(1, 41, "20260230"), errors.BadDate, 1, 41),
        (at(1, 53, "a"), errors.BadCharacter, 1, 53),
        (at(1, 3, "9001234567"), errors.WrongBiller, 1, 3),
        (at(1, 21, "A01"), errors.NotDigits, 1, 21),
        (at(2, 3, "7709998123459"), errors.WrongService, 2, 3),
        (at(3, 51, "0000006854000O"), errors.NotDigits, 3, 51),
        (at(3, 51, "           -10"), errors.NotDigits, 3, 51),
        (at(3, 64, "²"), errors.NotDigits, 3, 51),
        (at(3, 88, "       "), errors.NotDigits, 3, 88),
        (at(3, 20, "\0"), errors.BadCharacter, 3, 20),
        (at(3, 20, "\t"), errors.BadCharacter, 3, 20),
        (at(3, 20, "\x85"), errors.BadCharacter, 3, 20),
        (at(3, 163, "x"), errors.LineTooLong, 3, 163),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_place(
    edit: Edit, error: type[errors.BankFileRefused], line: int, column: int
) -> None:
    lines = edit([line.ljust(162) for line in KNOWN_LINES])
    with pytest.raises(error) as refused:
        parsed(joined(lines))
    assert (refused.value.line, refused.value.column) == (line, column)
    assert str(refused.value).startswith(f"line {line}")
    assert "{" not in str(refused.value)


def test_a_file_cut_in_the_middle_of_a_line_is_refused() -> None:
    for length in range(7 * 164 + 29):
        with pytest.raises(errors.BankFileRefused):
            parsed(KNOWN[:length])
    with pytest.raises(errors.LineCut) as refused:
        parsed(KNOWN[: 7 * 164 + 20])
    assert (refused.value.line, refused.value.column) == (8, 12)


def test_only_the_first_part_of_joined_files_having_its_control_is_no_file() -> None:
    """Batches after which the end counts only the first: the sums disagree."""
    second = [*KNOWN_LINES[1:7]]
    second[0], second[-1] = second[0][:-1] + "2", second[-1][:-1] + "2"
    with pytest.raises(errors.CountMismatch) as refused:
        parsed(joined([*KNOWN_LINES[:7], *second, KNOWN_LINES[7]]))
    assert refused.value.facts == {"stated": 4, "found": 8}


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", errors.EmptyFile),
        (b"\r\n  \r\n", errors.EmptyFile),
        (b"\xef\xbb\xbf" + KNOWN, errors.ByteOrderMark),
        (KNOWN.decode().encode("utf-16"), errors.ByteOrderMark),
        (KNOWN.decode().encode("utf-16-le"), errors.BadCharacter),
        (KNOWN.replace(b"\r\n", b"\r"), errors.BadCharacter),
        (KNOWN + b"\x1a", errors.BadCharacter),
        (b"0" * (MOST_BYTES + 1), errors.TooLarge),
        (b"0" * MOST_BYTES, errors.LineTooLong),
        (b"\n" * MOST_BYTES, errors.EmptyFile),
        (b"\n" * (MOST_BYTES - 1) + b"0", errors.UnknownRecord),
        (KNOWN.rstrip() + b"\r\n" + b"\n" * 100 + b"0", errors.ContentAfterEnd),
    ],
)
def test_what_is_no_such_file_is_refused(raw: bytes, error: type[errors.BankFileRefused]) -> None:
    with pytest.raises(error):
        parsed(raw)


def test_bytes_that_the_profile_s_encoding_lacks_have_a_place() -> None:
    ascii_only = replace(STANDARD, encoding="ascii")
    raw = KNOWN[:170] + b"\xf1" + KNOWN[171:]
    with pytest.raises(errors.BadCharacter) as refused:
        parse(raw, ascii_only, EXPECTED)
    assert (refused.value.line, refused.value.column) == (2, 7)


def test_a_letter_of_latin_1_in_a_reference_is_only_an_unknown_reference() -> None:
    file = parsed(joined(at(3, 50, "Ñ")(list(KNOWN_LINES))))
    assert file.batches[0].details[0].reference == "123456789Ñ"


def test_profiles_are_data() -> None:
    cheque = replace(STANDARD, how_paid={"01": (Channel.COUNTER, Means.CHEQUE)})
    details = parse(KNOWN, cheque, EXPECTED).batches[0].details
    assert [one.means for one in details[1:3]] == [Means.CHEQUE, Means.UNKNOWN]
    pesos = replace(STANDARD, decimals=0)
    assert parse(KNOWN, pesos, EXPECTED).total == 29_831_005_000
    swapped = joined(at(1, 13, "05112026" + "001")(list(KNOWN_LINES)))
    other = replace(STANDARD, date_format="%d%m%Y", layout=STANDARD.layout)
    with pytest.raises(errors.BadDate):
        parse(swapped, other, EXPECTED)
    both = joined(at(1, 41, "06112026")(at(1, 13, "05112026")(list(KNOWN_LINES))))
    assert parse(both, other, EXPECTED).header.value_date == date(2026, 11, 5)


def test_a_cause_is_good_only_where_the_profile_says_so() -> None:
    raw = joined(at(3, 95, "001")(list(KNOWN_LINES)))
    assert parsed(raw).batches[0].details[0].returned
    generous = replace(STANDARD, good_causes=frozenset({"", "000", "001"}))
    assert not parse(raw, generous, EXPECTED).batches[0].details[0].returned


def test_a_reference_may_be_a_part_of_its_field() -> None:
    """Some banks write a second reference behind the first, in the same 48 columns."""
    spans = STANDARD.layout.detail.spans | {"reference": Span(3, 28)}
    detail = replace(STANDARD.layout.detail, spans=spans)
    dialect = replace(STANDARD, layout=replace(STANDARD.layout, detail=detail))
    raw = joined(at(3, 3, f"{10609680:028d}{900434506:015d}24020")(list(KNOWN_LINES)))
    assert parse(raw, dialect, EXPECTED).batches[0].details[0].reference == "10609680"


def test_a_profile_may_be_for_one_bank() -> None:
    with pytest.raises(errors.WrongBank) as refused:
        parse(KNOWN, replace(STANDARD, banks=frozenset({"007"})), EXPECTED)
    assert (refused.value.line, refused.value.column) == (1, 21)


def test_profiles_have_names() -> None:
    for name in PROFILES:
        assert named(name).name == name
    with pytest.raises(NoSuchProfile, match="standard"):
        named("Standard")


def test_a_network_gives_the_hour_and_the_day_elsewhere() -> None:
    lines = [
        line[:87] + "101500" + " " * 62 if line.startswith("06") else line for line in KNOWN_LINES
    ]
    file = parse(joined(lines, 155), NETWORK, EXPECTED)
    assert file.header.value_date == date(2026, 11, 6)
    assert len({file.line_key(*line) for line in file.lines()}) == 4
    with pytest.raises(errors.NotDigits):
        parsed(joined(lines, 155))


def test_asobancaria_98_has_no_batches() -> None:
    lines = [
        "01" + "9001234568".zfill(13) + "20261105" + "001" + "123456789".zfill(15),
        "02" + "1234567890".zfill(25) + f"{68_540_000:013d}" + "01" + "0000001",
        "02" + "4455667788".zfill(25) + f"{41_230_000:013d}" + "01" + "0000002",
        "09" + "000000002" + f"{109_770_000:018d}",
    ]
    file = parse(joined(lines, 128), OF_1998, EXPECTED)
    assert (file.layout, file.count, file.total) == ("aso98", 2, 109_770_000)
    (batch,) = file.batches
    assert (batch.number, batch.service) == ("", "")
    assert {one.means for one in batch.details} == {Means.UNKNOWN}
    assert [one.reference for one in batch.details] == ["1234567890", "4455667788"]
    assert len({file.line_key(*line) for line in file.lines()}) == 2
    assert (file.header.file_date, file.header.modifier) == (None, "")
    with pytest.raises(errors.TotalMismatch):
        parse(
            joined([lines[0], lines[1], lines[2][:-10] + "2" + lines[2][-9:], lines[3]]),
            OF_1998,
            EXPECTED,
        )
    with pytest.raises(errors.BankFileRefused):
        parse(KNOWN, OF_1998, EXPECTED)
    with pytest.raises(errors.BankFileRefused):
        parsed(joined(lines, 128))


def test_any_service_is_taken_where_none_is_stated() -> None:
    anyone = replace(EXPECTED, services=frozenset())
    assert parse(KNOWN, STANDARD, anyone).count == 4


def test_a_file_without_payments_is_a_file() -> None:
    assert parsed(Made(()).raw()).count == 0
    assert parsed(Made(((), ())).raw()).batches[1].number == "0002"


def test_a_file_of_today_is_taken() -> None:
    assert parsed(Made((), collected_on=f"{TODAY:%Y%m%d}").raw()).header.value_date == TODAY


def test_bytes_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "recaudo.txt"
    path.write_bytes(KNOWN)
    assert raw_bytes(path) == KNOWN
    with pytest.raises(errors.UnreadableFile, match="No such file"):
        raw_bytes(tmp_path / "missing")
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(errors.TooLarge):
        raw_bytes(path)
