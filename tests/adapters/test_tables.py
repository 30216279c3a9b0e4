"""Table files: what is read as rows, and what is refused by name."""

import datetime as dt
import io
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from finportal.adapters.table_problems import UnreadableTable
from finportal.adapters.tables import Table

Write = Callable[[bytes], Path]
PLAIN = [{"a": "1", "b": "dos, ó más"}, {"a": "", "b": 'di "ya"'}]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Put bytes in a file."""

    def write_it(content: bytes) -> Path:
        path = tmp_path / "table"
        path.write_bytes(content)
        return path

    return write_it


def _book(rows: list[list[object]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


def _cells(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in Table(path, ["a"], ["b"]).rows()]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"dos, \xc3\xb3 m\xc3\xa1s"\n,"di ""ya"""\n',
        b'\xef\xbb\xbfa;b\r\n1;dos, \xc3\xb3 m\xc3\xa1s\r\n;"di ""ya"""\r\n',
        b'\n A ; B \n1;dos, \xc3\xb3 m\xc3\xa1s\n\n;"di ""ya"""',
        _book([["a", "b"], [1, "dos, ó más"], [None, None], [None, 'di "ya"']]),
    ],
    ids=["comma", "semicolon with mark and CRLF", "blank lines", "workbook"],
)
def test_the_same_table_is_read_from_every_kind_of_file(write: Write, content: bytes) -> None:
    assert _cells(write(content)) == PLAIN


def test_a_row_knows_the_line_it_begins_on(write: Write) -> None:
    table = Table(write(b'a,b\n1,"two\nlines"\n\n2,x\n'), ["a", "b"])
    assert [(row.line, row.cells["b"]) for row in table.rows()] == [(2, "two\nlines"), (5, "x")]


def test_what_looks_like_a_formula_is_only_text(write: Write) -> None:
    assert _cells(write(b"a,b\n=1+1,@SUM(A1)\n")) == [{"a": "=1+1", "b": "@SUM(A1)"}]


def test_a_workbook_gives_what_was_typed(write: Write) -> None:
    midnight = dt.datetime(2026, 3, 9)  # noqa: DTZ001
    cells = [dt.date(2026, 3, 9), midnight, 0.1 + 0.2, 60.0, 45_000_000, 0.000045]
    path = write(_book([["a", "b"], *([cell, "x"] for cell in cells)]))
    assert [row["a"] for row in _cells(path)] == [
        "2026-03-09", "2026-03-09", "0.3", "60", "45000000", "0.000045"
    ]  # fmt: skip


@pytest.mark.parametrize("cell", [True, dt.time(3, 4)])
def test_a_cell_that_stands_for_no_text_is_the_row_s_problem(write: Write, cell: object) -> None:
    rows = list(Table(write(_book([["a"], [cell], ["good"]])), ["a"]).rows())
    assert [(one.line, one.column) for one in rows[0].problems] == [(2, "a")]
    assert rows[1].cells == {"a": "good"}


def test_everything_wrong_with_the_columns_is_said_at_once(write: Write) -> None:
    with pytest.raises(UnreadableTable) as refused:
        Table(write(b"a,z,a,,b\n"), ["a", "c"], ["b"])
    assert refused.value.sentences == (
        "column c is missing",
        "a column has no name",
        "column z is unknown",
        "column a is doubled",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n \n", "empty"),
        (b"a,b\n1,2\n3,caf\xe9\n", "line 3 is not UTF-8"),
        (b'a,b\n1,2\n3,"four\n5,6\n', "line 3: a quoted text begins here and never ends"),
        (b'a,b\n"1"x,2\n', "line 2: a quote inside"),
        (b"a,b\r1,2\r", "LF or CRLF"),
        (b"a,b\n1," + b"x" * 2_000_000, "line 2 is too long"),
        (b"PK\x03\x04 nothing else", "damaged workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(
    write: Write, content: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableTable, match=sentence):
        _cells(write(content))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="cannot be opened"):
        Table(tmp_path / "nothing.csv", ["a"])


@pytest.mark.parametrize("line", [b"1,2,3", b"1", b"1,dos, tres"])
def test_a_line_that_does_not_fit_the_columns_is_a_problem_of_its_own(
    write: Write, line: bytes
) -> None:
    rows = list(Table(write(b"a,b\n" + line + b"\nx,y\n"), ["a", "b"]).rows())
    assert [len(row.problems) for row in rows] == [1, 0]


def test_progress_goes_up_to_the_whole_file(write: Write) -> None:
    path = write(b"a\n" + b"1\n" * 2000)
    told: list[tuple[int, int]] = []
    rows = list(Table(path, ["a"]).rows(lambda done, total: told.append((done, total))))
    assert len(rows) == 2000
    assert told == sorted(told)
    assert told[-1] == (4002, 4002)
    assert len(told) > 5


_WORKBOOK = _book([["a", "b"], [1, "x"], [dt.date(2026, 1, 2), 2.5]])


def _damaged(seed: int) -> bytes:
    chance, content = random.Random(seed), bytearray(_WORKBOOK)  # noqa: S311
    for _ in range(chance.randrange(1, 6)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    return bytes(content)


@settings(deadline=None)
@given(
    content=st.one_of(
        st.binary(),
        st.binary().map(lambda tail: b"a,b\n" + tail),
        st.text().map(lambda tail: f"a;b\n{tail}".encode()),
        st.integers(0, 2**32).map(_damaged),
    )
)
@example(b"a\n\x00\n")
def test_any_bytes_are_rows_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    with suppress(UnreadableTable):
        for row in Table(path, ["a"], ["b"]).rows():
            assert all(isinstance(text, str) for text in row.cells.values())
