"""Notes that outgrow memory: a dictionary in a temporary file of this process's own."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

_ASKED_AT_ONCE = 500


class Scratch(AbstractContextManager["Scratch"]):
    """Plain lists by name, kept in the order they were first noted; gone when closed."""

    def __init__(self) -> None:
        # an empty name is a database of its own that spills to a file nobody else can open
        self._notes = sqlite3.connect("", isolation_level=None)
        self._notes.execute("PRAGMA journal_mode=OFF")
        self._notes.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, note TEXT NOT NULL)")

    def __exit__(self, *_: object) -> None:
        self._notes.close()

    def note(self, notes: Iterable[tuple[str, Iterable[Any]]]) -> None:
        """Keep these under their names, in the place of what stood there."""
        rows = ((name, json.dumps(list(note))) for name, note in notes)
        self._notes.executemany(
            "INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET note = excluded.note",
            rows,
        )

    def noted(self, names: Collection[str]) -> Iterator[tuple[str, list[Any]]]:
        """What is kept under these names."""
        waiting = iter(names)
        while some := list(islice(waiting, _ASKED_AT_ONCE)):
            marks = ",".join("?" * len(some))
            query = f"SELECT name, note FROM notes WHERE name IN ({marks})"  # noqa: S608
            for name, note in self._notes.execute(query, some):
                yield name, json.loads(note)

    def __iter__(self) -> Iterator[list[Any]]:
        for (note,) in self._notes.execute("SELECT note FROM notes ORDER BY rowid"):
            yield json.loads(note)
