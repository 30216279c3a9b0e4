"""The fast lane and the slow one: a line's cells as values, or everything that is wrong with them.

Each column remembers the values of the texts it has met, so that a plain line is a handful of look-
ups; a text it has not met goes through the column's rule. Whatever is not plain goes through the
same rules again, cell by cell, which explain.
"""

from collections.abc import Mapping, Sequence
from operator import getitem, itemgetter
from typing import Any, cast

from finportal.adapters.tables import Table
from finportal.services.portfolio import cells
from finportal.services.portfolio.cells import Found, Rule

MOST_REMEMBERED = 20_000
"""Texts a column remembers before it begins anew."""


class Memo(dict[str, object]):
    """A column's values by the texts of its cells. Looking up a bad one raises ValueError."""

    __slots__ = ("_parse", "_repeats", "_rule")

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule, self._parse, self._repeats = rule, rule.parse, rule.repeats

    def __missing__(self, cell: str) -> object:
        if cell and " " not in cell and cell.isascii() and cell.isprintable():
            value = self._parse(cell)
            if not self._repeats:
                return value
        else:
            value = cells.value(cell, self._rule)
        if self._repeats or not cell:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[cell] = value
        return value


class Lanes:
    """Reads some columns of a table's lines by their rules.

    `known`: for a column, the values of all texts that may stand there; any other is not plain.
    """

    def __init__(
        self,
        table: Table,
        rules: Mapping[str, Rule],
        known: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        columns, absent = table.columns, len(table.columns)
        self._table, self._rules, self._width = table, rules, absent
        places = [columns.index(name) if name in columns else absent for name in rules]
        self._in_order = places == list(range(absent))
        self._pick = itemgetter(*places, absent)
        known = known or {}
        self._memos: list[Mapping[str, object]] = [
            known[name] if name in known else Memo(rule) for name, rule in rules.items()
        ]

    def plain(self, record: Sequence[object]) -> list[Any] | None:
        """The values in the order of the rules; None if the line is not plainly good."""
        if len(record) != self._width or not self._table.only_texts:
            return None
        texts = record if self._in_order else self._pick((*record, ""))
        try:
            return list(map(getitem, self._memos, cast("Sequence[str]", texts)))
        except (ValueError, KeyError):
            return None

    def found(self, line: int, record: Sequence[object]) -> Found | None:
        """The values by column and what is wrong; None for a blank line."""
        values = self.plain(record)
        if values is not None:
            return Found(line, dict(zip(self._rules, values, strict=True)))
        return self.explained(line, record)

    def explained(self, line: int, record: Sequence[object]) -> Found | None:
        """The same, by the slow lane."""
        row = self._table.row(line, record)
        return cells.read(row, self._rules) if row else None
