"""Compiled templates are kept for the next start, and only where nobody else can put code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from finportal.settings import Settings
from finportal.web.compiled import compiled_in


def opened(app: Flask) -> int:
    return app.test_client().get("/").status_code


@pytest.fixture
def open_with(make_app: Callable[[Settings], Flask], settings: Settings) -> Callable[[Path], int]:
    """The front page of a portal that keeps its templates in this folder."""
    return lambda folder: opened(make_app(settings.model_copy(update={"template_cache": folder})))


def test_a_second_start_compiles_nothing_anew(
    open_with: Callable[[Path], int], tmp_path: Path
) -> None:
    folder = tmp_path / "kept" / "here"
    assert open_with(folder) == 200
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(kept) > 10
    assert folder.stat().st_mode & 0o077 == 0
    assert open_with(folder) == 200
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == kept


def test_a_folder_where_others_may_write_is_not_used(
    open_with: Callable[[Path], int], tmp_path: Path
) -> None:
    tmp_path.chmod(0o777)
    assert compiled_in(tmp_path) is None
    assert open_with(tmp_path) == 200
    assert not list(tmp_path.glob("*-*"))


def test_what_cannot_be_kept_stops_nothing(
    open_with: Callable[[Path], int], tmp_path: Path
) -> None:
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        (tmp_path / "file").touch()
        assert open_with(path) == 200
    gone = tmp_path / "gone"
    cache = compiled_in(gone)
    gone.rmdir()
    assert cache is not None
    cache.dump_bytecode(cache.get_bucket(Flask("x").jinja_env, "a", None, "b"))
