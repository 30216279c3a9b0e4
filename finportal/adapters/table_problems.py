"""A row of a table file, and what can be wrong: with the whole file, or with one cell."""

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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its texts by column, and what keeps it from being read as such."""

    line: int
    cells: dict[str, str]
    problems: tuple[Problem, ...] = ()


Report = Callable[[Problem], None]
"""Whoever is told what is wrong, problem by problem."""
