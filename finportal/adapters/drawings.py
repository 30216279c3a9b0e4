"""Finished drawings: drawn once beside the request that asked, kept as files, handed out again."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from finportal.adapters.pdf import DrawingFailed, Finish, Press

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a visitor's request waits for a drawing before it says "we are preparing it"."""


class Drawings:
    """PDFs by name, in a folder of the instance.

    Drawing happens in a thread that waits for the drawing process, so that a request never waits
    for longer than PATIENCE. A name is drawn once: files are never changed.
    """

    def __init__(self, folder: Path, press: Press) -> None:
        self._folder, self._press = folder, press
        self._lock = threading.Lock()
        self._tasks: dict[str, _Task] = {}

    def kept(self, name: str) -> bytes | None:
        """The finished file of this name; None when there is none."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def under_way(self, name: str) -> bool:
        """Whether this process is drawing the file of this name."""
        return name in self._tasks

    def draw(
        self, name: str, html: Callable[[], str], finish: Finish | None, patience: float = PATIENCE
    ) -> bytes | None:
        """The file of this name, drawn now if there is none; None while it is not ready.

        `html` is called where this is, `finish` in the drawing process. Ask again for what was not
        ready. Raises DrawingFailed once for a drawing that failed: the next call begins anew.
        """
        if done := self.kept(name):
            return done
        with self._lock:
            task = self._tasks.get(name)
            if task is None:
                task = self._tasks[name] = _Task(self, name, html(), finish)
                task.start()
        if not task.over.wait(patience):
            return None
        with self._lock:
            self._tasks.pop(name, None)
        if task.problem:
            raise task.problem
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
            os.link(unfinished, self._folder / name)
        except FileExistsError:
            log.info("drawn twice at once: the first one is kept")
        finally:
            unfinished.unlink(missing_ok=True)


class _Task(threading.Thread):
    """One drawing under way."""

    def __init__(self, of: Drawings, name: str, html: str, finish: Finish | None) -> None:
        super().__init__(name="drawing", daemon=True)
        self._of, self._name, self._html, self._finish = of, name, html, finish
        self.over = threading.Event()
        self.problem: DrawingFailed | None = None

    def run(self) -> None:
        try:
            self._of.keep(self._name, self._html, self._finish)
        except DrawingFailed as problem:
            log.warning("a document was not drawn: %s: %s", type(problem).__name__, problem)
            self.problem = problem
        except (
            Exception
        ) as problem:  # whatever happened, the visitor must be told and may ask again
            log.exception("a document could not be drawn")
            self.problem = DrawingFailed(type(problem).__name__)
        finally:
            self.over.set()
