"""Garbage collection for commands that work through millions of rows."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN_COLLECTIONS = 100_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Millions of rows come and go without a cycle among them: looking for any costs a third."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
