"""What a customer changed and a row of the customers file: one is kept, or the other learnt it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from finportal.adapters.table_problems import Problem, Report
from finportal.services.contacts.conflicts import Divergence, Divergences, Said
from finportal.services.portfolio.books import Change, Stored
from finportal.services.portfolio.rows import FileRow, Key

CONFLICT = "conflict: "
"""Begins the reason of every problem that is one."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The customer's changes that the file contradicts, and those that it has learnt."""

    kept: Mapping[str, Divergence]
    learnt: list[Said]


def own_words(row: FileRow, stored: Mapping[Key, Stored], diverging: Divergences) -> OwnWords:
    """What the customer of a row changed, against what the row says."""
    known = stored.get(row.key)
    own = diverging.get(known.id, {}) if known else {}
    kept = {name: one for name, one in own.items() if row.values[name] != one.value}
    learnt = [
        Said(known.id, name, one.value, one.value)
        for name, one in own.items()
        if known and name not in kept
    ]
    return OwnWords(kept, learnt)


def yielding(change: Change, own: Mapping[int, OwnWords]) -> Change | None:
    """The change without what the customer has the last word on; None if nothing is left."""
    words = own.get(change.row.line)
    if words is None or not words.kept:
        return change
    columns = tuple(name for name in change.columns if name not in words.kept)
    if not columns:
        return None
    values = {**change.row.values, **{name: one.value for name, one in words.kept.items()}}
    return replace(change, row=change.row._replace(values=values), columns=columns)


def but_conflicts(report: Report) -> Report:
    """The same report for a second pass over a file: its conflicts were told in the first."""

    def tell(problem: Problem) -> None:
        if not problem.reason.startswith(CONFLICT):
            report(problem)

    return tell
