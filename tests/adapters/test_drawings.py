"""Drawings kept as files: drawn once, told once when they fail, and nothing of them left behind."""

import gc
import os
import stat
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finportal.adapters.drawings import Drawings
from finportal.adapters.pdf import DrawingFailed, DrawingTookTooLong, Finish, Limits, Press
from tests.adapters.papers import paper, table

SHORT = paper("<p>Uno</p>")
LONG = paper(table(120, columns=8))
HOPELESS = Finish("no_such_module:sign", ("a passphrase",))
PATIENT = 60.0


class Text(str):
    """A document that can be watched until nobody holds it."""

    __slots__ = ("__weakref__",)


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """One drawing process, warm."""
    press = Press(tmp_path_factory.mktemp("places"))
    press.draw(SHORT)
    yield press
    press.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def drawings(folder: Path, press: Press) -> Drawings:
    """Where drawings are kept."""
    return Drawings(folder, press)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_name_is_drawn_once_and_only_its_owner_may_read_it(
    drawings: Drawings, folder: Path
) -> None:
    first = drawings.draw("a.pdf", lambda: SHORT, None, PATIENT)
    assert first
    assert first.startswith(b"%PDF-")
    assert drawings.draw("a.pdf", lambda: pytest.fail("drawn again"), None) == first
    assert drawings.kept("a.pdf") == first
    assert drawings.kept("b.pdf") is None
    assert [path.name for path in folder.iterdir()] == ["a.pdf"]
    assert stat.S_IMODE((folder / "a.pdf").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_who_ask_at_once_get_one_drawing(drawings: Drawings) -> None:
    rendered: list[int] = []

    def html() -> str:
        rendered.append(1)
        time.sleep(0.1)
        return SHORT

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(drawings.draw, "a.pdf", html, None, PATIENT) for _ in range(4)]
        found = {one.result() for one in asked}
    assert len(rendered) == len(found) == 1
    assert None not in found


def test_rendering_one_holds_up_no_other(drawings: Drawings) -> None:
    rendering, go_on = threading.Event(), threading.Event()

    def html() -> str:
        rendering.set()
        assert go_on.wait(30)
        return SHORT

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(drawings.draw, "slow.pdf", html, None, PATIENT)
        assert rendering.wait(30)
        with ThreadPoolExecutor(1) as other:
            quick = other.submit(drawings.draw, "quick.pdf", lambda: SHORT, None, PATIENT)
            try:
                assert quick.result(20)
                assert drawings.under_way("slow.pdf")
            finally:
                go_on.set()
        assert slow.result()


def test_a_slow_one_is_not_ready_and_then_it_is(drawings: Drawings) -> None:
    assert drawings.draw("a.pdf", lambda: LONG, None, 0) is None
    assert drawings.under_way("a.pdf")
    until(lambda: drawings.kept("a.pdf"))
    until(lambda: not drawings.under_way("a.pdf"))
    assert drawings.draw("a.pdf", lambda: pytest.fail("drawn again"), None, 0)


@pytest.mark.parametrize(("patience", "finish"), [(0, None), (PATIENT, None), (0, HOPELESS)])
def test_nothing_of_a_drawing_is_left_in_memory(
    drawings: Drawings, patience: float, finish: Finish | None
) -> None:
    text = Text(LONG)
    held = weakref.ref(text)
    given = [text]
    del text
    drawings.draw("a.pdf", given.pop, finish, patience)
    until(lambda: not drawings.under_way("a.pdf"))
    until(lambda: not any(thread.name == "drawing" for thread in threading.enumerate()))
    gc.collect()
    assert held() is None
    if finish is None:
        assert drawings._tasks == {}


def test_a_failure_is_told_once_and_the_next_call_begins_anew(
    drawings: Drawings, folder: Path
) -> None:
    with pytest.raises(DrawingFailed, match="ModuleNotFoundError"):
        drawings.draw("a.pdf", lambda: SHORT, HOPELESS, PATIENT)
    assert not drawings.under_way("a.pdf")
    assert drawings.draw("a.pdf", lambda: SHORT, None, PATIENT)
    assert [path.name for path in folder.iterdir()] == ["a.pdf"]


def test_who_did_not_wait_hears_of_a_failure_the_next_time(drawings: Drawings) -> None:
    assert drawings.draw("a.pdf", lambda: LONG, HOPELESS, 0) is None
    until(lambda: not drawings.under_way("a.pdf"))
    with pytest.raises(DrawingFailed):
        drawings.draw("a.pdf", lambda: pytest.fail("drawn again"), None)
    assert drawings.draw("a.pdf", lambda: SHORT, None, PATIENT)


def test_a_failure_keeps_its_name(folder: Path, tmp_path: Path) -> None:
    slow = Press(tmp_path / "places")
    slow.draw(SHORT)
    slow._limits = Limits(seconds=0.01)
    with pytest.raises(DrawingTookTooLong, match="not ready in time"):
        Drawings(folder, slow).draw("a.pdf", lambda: LONG, None, PATIENT)
    slow.close()


def test_a_failure_nobody_asked_about_is_forgotten(folder: Path, press: Press) -> None:
    drawings = Drawings(folder, press, remembered=0.1)
    assert drawings.draw("a.pdf", lambda: SHORT, HOPELESS, 0) is None
    until(lambda: not drawings.under_way("a.pdf"))
    time.sleep(0.2)
    assert drawings.draw("b.pdf", lambda: SHORT, None, PATIENT)
    assert drawings._tasks == {}
    assert drawings.draw("a.pdf", lambda: SHORT, None, PATIENT)


def test_what_cannot_be_rendered_is_not_under_way(drawings: Drawings) -> None:
    def broken() -> str:
        raise LookupError("template")

    for _ in range(2):
        with pytest.raises(LookupError, match="template"):
            drawings.draw("a.pdf", broken, None)
    assert not drawings.under_way("a.pdf")
    assert drawings.draw("a.pdf", lambda: SHORT, None, PATIENT)


def test_a_full_disk_leaves_no_half_file(folder: Path) -> None:
    """The disk takes a thousand bytes of it and no more."""
    done = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "OSError\n"
    assert not list(folder.glob("*.pdf*"))


FILLS_THE_DISK = """
import resource, sys
from pathlib import Path
from finportal.adapters.drawings import Drawings
from finportal.adapters.pdf import DrawingFailed, Press
from tests.adapters.papers import paper
folder = Path(sys.argv[1])
press = Press(folder)
press.draw(paper("<p>Uno</p>"))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
try:
    Drawings(folder, press).draw("a.pdf", lambda: paper("<p>Uno</p>"), None, 60)
except DrawingFailed as problem:
    print(problem)
press.close()
"""


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_a_portal_killed_while_it_draws_leaves_no_half_file(folder: Path, after: float) -> None:
    portal = subprocess.Popen(
        [sys.executable, "-c", DRAWS_FOR_EVER, str(folder)], stdout=subprocess.PIPE
    )
    assert portal.stdout
    assert portal.stdout.readline() == b"drawing\n"
    time.sleep(after)
    portal.kill()
    portal.wait()
    portal.stdout.close()
    kept = [path for path in folder.glob("*.pdf") if not path.name.startswith(".")]
    assert kept
    for path in kept:
        content = path.read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")


DRAWS_FOR_EVER = """
import itertools, sys
from pathlib import Path
from finportal.adapters.drawings import Drawings
from finportal.adapters.pdf import Press
from tests.adapters.papers import paper
folder = Path(sys.argv[1])
drawings = Drawings(folder, Press(folder))
for n in itertools.count():
    drawings.draw(f"{n}.pdf", lambda: paper("<p>Uno</p>"), None, 60)
    if n == 0:
        print("drawing", flush=True)
"""


def test_files_nobody_was_handed_for_thirty_days_go(drawings: Drawings, folder: Path) -> None:
    now = datetime.now(UTC)
    for name in ("old.pdf", "read.pdf", "new.pdf"):
        assert drawings.draw(name, lambda: SHORT, None, PATIENT)
    (folder / "drawing-1.lock").touch()
    (folder / ".left.pdf.7.9").touch()
    long_ago = (now - timedelta(days=31)).timestamp()
    for path in folder.iterdir():
        if path.name != "new.pdf":
            os.utime(path, (long_ago, long_ago))
    assert drawings.kept("read.pdf")
    assert drawings.sweep(now) == 2
    assert {path.name for path in folder.iterdir()} == {"read.pdf", "new.pdf", "drawing-1.lock"}
    assert drawings.sweep(now + timedelta(days=29)) == 0
    assert drawings.sweep(now + timedelta(days=31)) == 2
    assert drawings.draw("old.pdf", lambda: SHORT, None, PATIENT)


def test_without_a_folder_there_is_nothing_to_sweep(drawings: Drawings) -> None:
    assert drawings.sweep(datetime.now(UTC)) == 0
