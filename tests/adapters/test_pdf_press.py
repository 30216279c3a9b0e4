"""The drawing process from outside: deadlines, deaths, places, and what is left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from finportal.adapters.pdf import (
    DrawingBusy,
    DrawingFailed,
    DrawingTookTooLong,
    Finish,
    Limits,
    Press,
)
from finportal.adapters.pdf.places import a_place
from tests.adapters.papers import pages_of, paper, table, words_of

SHORT = paper("<p>Uno</p>")
LONG = paper(table(6000, columns=8))


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """One process for what does not end it."""
    press = Press(tmp_path_factory.mktemp("places"))
    press.draw(SHORT)
    yield press
    press.close()


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """A folder for temporary files of this test's own; nothing may be left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    yield folder
    tempfile.tempdir = before
    assert not list(folder.iterdir())


def pid_of(press: Press) -> int:
    assert press._worker
    return press._worker._process.pid


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_draws_one_after_the_other_in_the_same_process(press: Press) -> None:
    first = pid_of(press)
    assert "Uno" in words_of(press.draw(SHORT))
    assert pid_of(press) == first


def test_its_pages_look_as_the_style_sheet_says(press: Press) -> None:
    """Behind the fence too: each page has the head and the foot that only the style sheet gives."""
    pages = pages_of(press.draw(paper(table(120))))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "Cabeza" in page
        assert f"Página {number} de {len(pages)}" in page


def test_the_process_steps_back_and_is_limited(press: Press) -> None:
    pid = pid_of(press)
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 5
    limits = Path(f"/proc/{pid}/limits").read_text()
    told = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert told["Max address space"] == str(512 * 1024 * 1024)
    assert told["Max open files"] == "64"
    assert told["Max core file size"] == "0"
    assert int(told["Max cpu time"]) <= 30
    assert int(told["Max file size"]) <= 64 * 1024 * 1024


def test_a_long_document_stays_below_100_mb(press: Press) -> None:
    press.draw(paper(table(1600, columns=8)))
    status = Path(f"/proc/{pid_of(press)}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) <= 100 * 1024


def test_it_knows_nothing_of_the_portal_s_environment(press: Press) -> None:
    names = Path(f"/proc/{pid_of(press)}/environ").read_bytes().split(b"\0")
    assert {name.split(b"=")[0] for name in names if name} == {b"TMPDIR", b"HOME", b"LANG", b"TZ"}


def test_too_slow_is_ended_and_the_next_works(tmp_path: Path, temporary: Path) -> None:
    slow = Press(tmp_path)
    slow.draw(SHORT)
    slow._limits = Limits(seconds=0.3)
    began = time.monotonic()
    with pytest.raises(DrawingTookTooLong):
        slow.draw(LONG)
    assert time.monotonic() - began < 2
    assert slow._worker is None
    slow._limits = Limits()
    assert "Uno" in words_of(slow.draw(SHORT))
    slow.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_killed_or_stopped_in_the_middle(
    tmp_path: Path, temporary: Path, how: signal.Signals
) -> None:
    press = Press(tmp_path)
    press.draw(SHORT)
    press._limits, pid = Limits(seconds=1), pid_of(press)
    threading.Timer(0.2, os.kill, (pid, how)).start()
    with pytest.raises(DrawingFailed):
        press.draw(LONG)
    assert not alive(pid)
    press._limits = Limits()
    assert "Uno" in words_of(press.draw(SHORT))
    os.kill(pid_of(press), signal.SIGKILL)  # and between two documents
    time.sleep(0.1)
    assert "Uno" in words_of(press.draw(SHORT))
    press.close()


def test_too_much_memory_is_an_error_and_no_more(tmp_path: Path, temporary: Path) -> None:
    small = Press(tmp_path, Limits(memory=24 * 1024 * 1024))
    with pytest.raises(DrawingFailed):
        small.draw(SHORT)
    small.close()


def test_an_idle_process_ends_and_takes_its_folder_along(tmp_path: Path, temporary: Path) -> None:
    press = Press(tmp_path, Limits(idle=0.2))
    press.draw(SHORT)
    until = time.monotonic() + 10
    while list(temporary.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "Uno" in words_of(press.draw(SHORT))
    press.close()


def test_a_process_is_replaced_after_so_many_documents(tmp_path: Path, temporary: Path) -> None:
    press = Press(tmp_path, Limits(documents=2))
    press.draw(SHORT)
    first = pid_of(press)
    press.draw(SHORT)
    assert not alive(first)
    assert "Uno" in words_of(press.draw(SHORT))
    press.close()


def test_two_at_a_time_on_the_machine(press: Press) -> None:
    press._limits, folder = Limits(patience=0.2), press._folder
    with a_place(folder, 2, 0) as one, a_place(folder, 2, 0) as two:
        assert (one, two) == (True, True)
        with pytest.raises(DrawingBusy):
            press.draw(SHORT)
    press._limits = Limits()
    assert "Uno" in words_of(press.draw(SHORT))


def test_a_place_comes_free_while_waiting(press: Press) -> None:
    with a_place(press._folder, 2, 0):
        command = [sys.executable, "-c", HOLDS_A_PLACE, str(press._folder)]
        other = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        threading.Timer(0.3, other.kill).start()  # whoever dies lets go
        assert "Uno" in words_of(press.draw(SHORT))
        other.wait()
        other.stdout.close()


HOLDS_A_PLACE = """
import sys, time
from pathlib import Path
from finportal.adapters.pdf.places import a_place
with a_place(Path(sys.argv[1]), 2, 0) as held:
    print("held" if held else "none", flush=True)
    time.sleep(30)
"""


def test_threads_of_one_process_take_turns(press: Press) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(press.draw(SHORT))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


def test_a_refused_document_leaves_the_process_alive(press: Press) -> None:
    first = pid_of(press)
    with pytest.raises(DrawingFailed, match=r"RenderLimitError at \w+\.py:\d+"):
        press.draw(paper("<div>" * 230 + "hondo"))
    assert pid_of(press) == first
    assert "Uno" in words_of(press.draw(SHORT))


def test_an_error_tells_nothing_of_the_document(press: Press) -> None:
    with pytest.raises(DrawingFailed) as raised:
        press.draw(paper('<svg viewBox="secreto"><path d="M0 0"/></svg>'))
    assert "secreto" not in str(raised.value)


def test_a_last_step_in_the_same_process(press: Press) -> None:
    signed = press.draw(SHORT, Finish("codecs:encode", ("hex",)))
    assert bytes.fromhex(signed.decode()).startswith(b"%PDF-")


def test_a_last_step_that_fails_is_a_failed_drawing(press: Press) -> None:
    with pytest.raises(DrawingFailed, match="ModuleNotFoundError"):
        press.draw(SHORT, Finish("no_such_module:sign"))


def test_a_portal_that_is_killed_leaves_no_process_and_no_file(
    tmp_path: Path, temporary: Path
) -> None:
    portal = subprocess.Popen(
        [sys.executable, "-c", DRAWS_AND_WAITS, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert portal.stdout
    pid = int(portal.stdout.readline())
    portal.kill()
    portal.wait()
    portal.stdout.close()
    until = time.monotonic() + 5
    while alive(pid) and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < until
        time.sleep(0.05)


DRAWS_AND_WAITS = """
import sys, time
from pathlib import Path
from finportal.adapters.pdf import Press
from tests.adapters.papers import paper
press = Press(Path(sys.argv[1]))
press.draw(paper("<p>Uno</p>"))
print(press._worker._process.pid, flush=True)
time.sleep(30)
"""


def test_the_portal_itself_never_loads_what_draws() -> None:
    code = """
import sys
import finportal, finportal.adapters.pdf
heavy = {"xhtml2pdf", "reportlab", "pyhanko", "lxml", "svglib", "PIL", "html5lib"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
