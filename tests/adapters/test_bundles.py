"""ZIP files of tables: both forms, exact, whole or not at all, and in flat memory."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from finportal.adapters.bundles import Bundles, Table, Words
from finportal.adapters.sheets import Cell

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
ROW: tuple[Cell, ...] = ("=1+1", Decimal("-0.05"), 7, date(2026, 1, 2), None, 'Ñ;"\r\n')
HEADER = ("a", "b", "c", "d", "e", "f")


@pytest.fixture
def bundles(tmp_path: Path) -> Bundles:
    """A folder for bundles."""
    return Bundles(tmp_path / "folder")


def opened(bundles: Bundles, name: str) -> zipfile.ZipFile:
    file = bundles.open(name)
    assert file
    with file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_a_table_is_told_twice_and_exactly(bundles: Bundles, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "x.zip"
    parts = [Words("LEAME.txt", "Sí"), Table("t", HEADER, [ROW, ROW]), Table("none", HEADER, [])]
    written = bundles.write("x", parts, AT)
    bundle = opened(bundles, "x")
    assert bundle.namelist() == [
        "LEAME.txt", "json/t.json", "csv/t.csv", "json/none.json", "csv/none.csv",
    ]  # fmt: skip
    assert bundle.read("LEAME.txt").decode() == "Sí"
    rows = json.loads(bundle.read("json/t.json"))
    expected = ("=1+1", "-0.05", 7, "2026-01-02", None, 'Ñ;"\r\n')
    assert rows == [dict(zip(HEADER, expected, strict=True))] * 2
    text = bundle.read("csv/t.csv").decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert cells == [list(HEADER)] + [["'=1+1", "-0.05", "7", "2026-01-02", "", 'Ñ;"\r\n']] * 2
    assert json.loads(bundle.read("json/none.json")) == []
    assert bundle.read("csv/none.csv").decode("utf-8-sig") == "a;b;c;d;e;f\r\n"
    assert (written.size, len(written.sha256)) == (path.stat().st_size, 64)


def test_what_breaks_while_it_is_written_leaves_nothing_and_the_one_before(
    bundles: Bundles, tmp_path: Path
) -> None:
    def breaking() -> Iterator[tuple[Cell, ...]]:
        yield ROW
        raise OSError("no room")

    bundles.write("x", [Words("a.txt", "first")], AT)
    with pytest.raises(OSError, match="no room"):
        bundles.write("x", [Table("t", HEADER, breaking())], AT)
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["x.zip"]
    assert opened(bundles, "x").namelist() == ["a.txt"]
    assert bundles.open("y") is None


def test_memory_does_not_grow_with_the_rows(bundles: Bundles) -> None:
    rows = (("word" * 50,) * 6 for _ in range(2_000))
    tracemalloc.start()
    try:
        bundles.write("x", [Table("t", HEADER, rows)], AT)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert len(opened(bundles, "x").read("csv/t.csv")) > 2_000_000


def test_sweeping_keeps_what_is_wanted_finished_or_not(bundles: Bundles, tmp_path: Path) -> None:
    assert bundles.sweep(list) == 0
    for name in ("kept", "old"):
        bundles.write(name, [], AT)
        (tmp_path / "folder" / f".{name}.77").touch()
    assert bundles.sweep(lambda: ["kept"]) == 2
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == [".kept.77", "kept.zip"]
