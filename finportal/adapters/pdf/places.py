"""How many draw at once on this machine: places that are files, each locked by whoever draws."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BETWEEN_LOOKS = 0.05
"""Seconds."""


@contextmanager
def a_place(folder: Path, places: int, patience: float) -> Iterator[bool]:
    """Hold one of the places while drawing; False when none came free in `patience` seconds.

    The system lets go of the lock of a process that dies, however it dies (flock(2)), so that
    no place is ever lost. All processes that name the same folder share its places.
    """
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    while (held := _taken(folder, places)) is None and time.monotonic() < until:
        time.sleep(BETWEEN_LOOKS)
    try:
        yield held is not None
    finally:
        if held is not None:
            os.close(held)


def _taken(folder: Path, places: int) -> int | None:
    for number in range(1, places + 1):
        file = os.open(folder / f"drawing-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    return None
