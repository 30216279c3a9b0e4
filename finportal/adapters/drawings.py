"""Finished drawings: drawn once beside the request that asked, kept as files, handed out again."""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from finportal.adapters.pdf import DrawingFailed, Finish, Press

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a visitor's request waits for a drawing before it says "we are preparing it"."""
REMEMBERED = 60.0
"""Seconds for which a failure waits to be told to whoever asked."""
KEPT = timedelta(days=30)
"""How long a file stays after it was handed out last; it can be drawn again."""
UNFINISHED = timedelta(days=1)


class Drawings:
    """PDFs by name, in a folder of the instance.

    Drawing happens in a thread that waits for the drawing process, so that a request never waits
    for longer than PATIENCE. A name is drawn once: files are never changed.
    """

    def __init__(self, folder: Path, press: Press, remembered: float = REMEMBERED) -> None:
        self._folder, self._press, self._remembered = folder, press, remembered
        self._lock = threading.Lock()
        self._tasks: dict[str, _Task] = {}

    def kept(self, name: str) -> bytes | None:
        """The finished file of this name; None when there is none."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        with suppress(FileNotFoundError):
            os.utime(path)  # many machines keep no time of reading
        return content

    def under_way(self, name: str) -> bool:
        """Whether this process is drawing the file of this name."""
        task = self._tasks.get(name)
        return task is not None and not task.over.is_set()

    def draw(
        self, name: str, html: Callable[[], str], finish: Finish | None, patience: float = PATIENCE
    ) -> bytes | None:
        """The file of this name, drawn now if there is none; None while it is not ready.

        `html` is called where this is, `finish` in the drawing process. Ask again for what was not
        ready. Raises what `html` raises, and DrawingFailed once for a drawing that failed: the next
        call begins anew.
        """
        if (done := self.kept(name)) is not None:
            return done
        task = self._task(name, html, finish)
        if task and not task.over.wait(patience):
            return None
        if task and task.failure:
            self._forget(name, task)
            raise task.failure()
        return self.kept(name)

    def keep(self, name: str, html: str, finish: Finish | None) -> None:
        """Draw and keep, whole or not at all. Raises DrawingFailed and OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = self._press.draw(html, finish)
        unfinished = self._folder / f".{name}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            with os.fdopen(
                os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, self._folder / name)
        except FileExistsError:
            log.info("drawn twice at once: the first one is kept")
        finally:
            unfinished.unlink(missing_ok=True)

    def sweep(self, now: datetime) -> int:
        """Remove files nobody was handed for KEPT, and what a killed process left; how many."""
        gone = 0
        for path in self._folder.glob("*.pdf*"):
            longest = UNFINISHED if path.name.startswith(".") else KEPT
            with suppress(FileNotFoundError):
                if path.stat().st_mtime <= (now - longest).timestamp():
                    path.unlink()
                    gone += 1
        return gone

    def _task(self, name: str, html: Callable[[], str], finish: Finish | None) -> "_Task | None":
        """The drawing under way or just failed, or a new one; None when the file is there."""
        with self._lock:
            self._forget_old()
            task = self._tasks.get(name)
            if task or (self._folder / name).exists():
                return task
            task = self._tasks[name] = _Task()
        try:
            given = name, html(), finish, task
            threading.Thread(target=self._run, args=given, name="drawing", daemon=True).start()
        except BaseException:
            self._forget(name, task)
            task.fail(DrawingFailed("it could not be begun"))
            raise
        return task

    def _run(self, name: str, html: str, finish: Finish | None, task: "_Task") -> None:
        try:
            self.keep(name, html, finish)
        except DrawingFailed as problem:
            log.warning("a document was not drawn: %s: %s", type(problem).__name__, str(problem))
            task.fail(problem)
        except (
            Exception
        ) as problem:  # whatever happened, the visitor must be told and may ask again
            log.exception("a document could not be drawn")
            task.fail(DrawingFailed(type(problem).__name__))
        else:
            self._forget(name, task)
            task.over.set()

    def _forget(self, name: str, task: "_Task") -> None:
        with self._lock:
            if self._tasks.get(name) is task:
                del self._tasks[name]

    def _forget_old(self) -> None:
        before = time.monotonic() - self._remembered
        for name in [name for name, task in self._tasks.items() if task.failed_at < before]:
            del self._tasks[name]


class _Task:
    """One drawing under way, or why it failed; only its thread holds the document itself."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.failed_at = float("inf")
        self.failure: Callable[[], DrawingFailed] | None = None

    def fail(self, problem: DrawingFailed) -> None:
        """Keep what to tell, and not the problem: its traceback would hold the document."""
        self.failure = partial(type(problem), str(problem))
        self.failed_at = time.monotonic()
        self.over.set()
