"""What can be wrong with a table file: the whole of it, or one cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


class UnreadableTable(ValueError):
    """The file is not a table the portal can read; `sentences` say everything that is wrong."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = tuple(sentences)


class NotText(ValueError):
    """The cell holds a kind of value that stands for no text; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, told to whoever keeps the file; no column: the whole line."""

    line: int
    column: str
    reason: str


Report = Callable[[Problem], None]
"""Whoever is told what is wrong, problem by problem."""
