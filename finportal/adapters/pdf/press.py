"""The portal's side of drawing: one warm drawing process, places, deadlines, and what remains."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

from finportal.adapters.pdf import wire
from finportal.adapters.pdf.places import a_place

PACKAGE = Path(__file__).parent.parent.parent
START = """
import sys, types
package = types.ModuleType("finportal")
package.__path__ = [sys.argv.pop(1)]
sys.modules["finportal"] = package
from finportal.adapters.pdf.child import main
main()
"""
"""Only this package's adapters: the portal itself would cost the process a second and 30 MB."""


class DrawingFailed(Exception):
    """The document could not be drawn this time; asking again starts afresh."""


class DrawingTookTooLong(DrawingFailed):
    """It was not ready in time, and its process was ended."""


class DrawingBusy(DrawingFailed):
    """All places are taken: ask again in a few seconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing may take. Times are in seconds, memory in bytes.

    `start`: until a new drawing process is ready; `seconds`: for a document, once it is.
    """

    start: float = 30
    seconds: float = 20
    patience: float = 5
    places: int = 2
    memory: int = 512 * 1024 * 1024
    documents: int = 100
    idle: float = 120


@dataclass(frozen=True, slots=True)
class Finish:
    """A last step in the drawing process: `function(pdf, *arguments) -> bytes`.

    The function is named "package.module:function"; the arguments are texts. Where one is the
    path of a file, as a signing key's is, that file may be read in this step and at no other time.
    """

    function: str
    arguments: tuple[str, ...] = ()


class Press:
    """Draws one document at a time for this process; at most `places` at once on the machine.

    The drawing process is started by the first document, takes one after the other, and ends after
    so many of them or when idle: starting one costs most of a second, and an idle one some 80 MB.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._folder, self._limits = folder, limits or Limits()
        self._turn = threading.Lock()
        self._worker: _Worker | None = None

    def draw(self, html: str, finish: Finish | None = None) -> bytes:
        """The PDF of a whole HTML document laid out by `layouts/print.html`.

        Raises DrawingBusy when no place came free in `patience` seconds, DrawingTookTooLong after
        `seconds`, and DrawingFailed when the process died or refused the document.
        """
        began = time.monotonic()
        if not self._turn.acquire(timeout=self._limits.patience):
            raise DrawingBusy("another document is being drawn in this process")
        try:
            left = max(0.0, self._limits.patience - (time.monotonic() - began))
            with a_place(self._folder, self._limits.places, left) as found:
                if not found:
                    raise DrawingBusy("all places are taken")
                return self._drawn(html, finish or Finish(""))
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the drawing process, if there is one."""
        if self._worker:
            self._worker.end()
            self._worker = None

    def _drawn(self, html: str, finish: Finish) -> bytes:
        asked = {"html": html, "finish": finish.function, "arguments": finish.arguments}
        try:
            worker = self._ready()
            until = time.monotonic() + self._limits.seconds
            sign, answer = worker.answer(json.dumps(asked).encode(), until)
        except TimeoutError as problem:
            self.close()
            raise DrawingTookTooLong("not ready in time") from problem
        except (EOFError, OSError) as problem:
            self.close()
            raise DrawingFailed("the drawing process died") from problem
        if worker.asked >= self._limits.documents:
            self.close()
        if sign != b"+":
            raise DrawingFailed(answer.decode())
        return answer

    def _ready(self) -> "_Worker":
        if self._worker is None or not self._worker.lives():
            self.close()
            self._worker = _Worker(self._limits)
            self._worker.hear_it_is_ready(time.monotonic() + self._limits.start)
        return self._worker


class _Worker:
    """A drawing process, the line to it, and the folder that is all it may write to."""

    def __init__(self, limits: Limits) -> None:
        self.asked, self._pid = 0, os.getpid()
        self._idle, self._fresh_until = limits.idle, 0.0
        self._line, theirs = socket.socketpair()
        folder = tempfile.mkdtemp(prefix="finportal-drawing-")
        told = {"memory": limits.memory, "idle": limits.idle, "seconds": int(limits.seconds)}
        command = [sys.executable, "-I", "-c", START, str(PACKAGE), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own code, by our own interpreter
                [*command, json.dumps(told)],
                env={"TMPDIR": folder, "HOME": folder, "LANG": "C.UTF-8", "TZ": "America/Bogota"},
                pass_fds=[theirs.fileno()],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.end = weakref.finalize(self, _end, self._process, self._line, folder, self._pid)

    def lives(self) -> bool:
        """Whether it can be asked: alive, ours and not a forebear's, and not about to go idle."""
        ours, fresh = self._pid == os.getpid(), time.monotonic() < self._fresh_until
        return ours and fresh and self._process.poll() is None

    def hear_it_is_ready(self, until: float) -> None:
        """Wait for its first word. Raises EOFError, OSError or TimeoutError."""
        wire.received(self._line, until)

    def answer(self, message: bytes, until: float) -> tuple[bytes, bytes]:
        """Ask it. Raises EOFError, OSError or TimeoutError."""
        self.asked += 1
        self._line.settimeout(max(0.001, until - time.monotonic()))
        wire.send(self._line, b"?", message)
        answer = wire.received(self._line, until)
        self._fresh_until = time.monotonic() + self._idle / 2
        return answer


def _end(process: subprocess.Popen[bytes], line: socket.socket, folder: str, owner: int) -> None:
    line.close()
    if os.getpid() != owner:
        return  # a process forked from the owner has nothing to end
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
