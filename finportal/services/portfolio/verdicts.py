"""What is to become of each row of a portfolio file: new, unchanged, changed or rejected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from finportal.adapters.table_problems import Problem
from finportal.lending.money import Centavos, pesos_text
from finportal.services import identity
from finportal.services.contacts.conflicts import Said
from finportal.services.days import bogota_day
from finportal.services.portfolio.books import Book, Change, Owners, Stored
from finportal.services.portfolio.conflicts import CONFLICT, OwnWords, own_words, yielding
from finportal.services.portfolio.orders import Order
from finportal.services.portfolio.rows import FileRow, Key, fingerprint, same
from finportal.services.portfolio.rules import CUSTOMER_RULES, LOAN_RULES

OTHERS_NAMED = 5

PESO_COLUMNS = frozenset(
    name for name in LOAN_RULES if name.startswith("opening_") and name != "opening_on"
) | {"principal", "insurance_monthly", "balloon"}
PERSONAL_COLUMNS = frozenset(CUSTOMER_RULES) - {"kind", "id_type", "representative_id_type"} | {
    "plate",
    "vin",
}

Entry = FileRow | list[Problem]
"""A good row, or everything wrong with one."""

Clashes = dict[Key, list[int]]
"""The lines that say different things under one key."""


@dataclass(slots=True)
class Verdict:
    """What is to become of some rows, and what to tell about them."""

    owners: Owners
    added: list[FileRow] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    rejected: int = 0
    conflicts: int = 0
    learnt: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def clashes(entries: Iterable[Entry]) -> Clashes:
    """The keys under which a file contradicts itself. Keeps two numbers for each key it meets."""
    seen: dict[Key, tuple[int, int]] = {}
    found: Clashes = {}
    for entry in entries:
        if isinstance(entry, FileRow):
            meaning = fingerprint(entry)
            line, first = seen.setdefault(entry.key, (entry.line, meaning))
            if meaning != first:
                found.setdefault(entry.key, [line]).append(entry.line)
    return found


def repeated(keys: Iterable[Key | None]) -> set[int]:
    """The hashes of the keys that a file holds more than once. Keeps a number for each key."""
    seen: set[int] = set()
    again: set[int] = set()
    for key in keys:
        if key is not None:
            number = hash(key)
            (again if number in seen else seen).add(number)
    return again


def judge(
    session: Session,
    book: Book,
    entries: Sequence[Entry],
    clashing: Clashes,
    order: Order,
    *,
    hold: bool = False,
) -> Verdict:
    """Compare rows with what is stored, by three queries, six with changes; nothing is written.

    What a customer changed since is kept: a conflict, unless the row says the same. Where changes
    are accepted, a changed row is to replace the stored one, and is no problem.
    `hold`: what changes were compared with stays as it is until the transaction ends.
    """
    good = [entry for entry in entries if isinstance(entry, FileRow)]
    stored = book.stored(session, good)
    changes = {change.row.line: change for change in _changes(good, stored)}
    changed = {one.stored.id for one in changes.values()} if hold else set()
    diverging = book.diverging(session, {one.id for one in stored.values()}, changed)
    own = {row.line: own_words(row, stored, diverging) for row in good if diverging}
    changes = {line: left for line, one in changes.items() if (left := yielding(one, own))}
    refused = book.refused(session, [*changes.values()], order.today, hold=hold)
    verdict = Verdict(book.owners(session, good))
    for entry in entries:
        if not isinstance(entry, FileRow):
            _reject(verdict, entry)
        elif problem := _refusal(entry, clashing, verdict.owners):
            _reject(verdict, [problem])
        elif entry.key in refused:
            _reject(verdict, [Problem(entry.line, "", refused[entry.key])])
        else:
            change = changes.get(entry.line)
            _compare(verdict, entry, stored, change, accept=order.accept_changes)
            _note(verdict, entry, own.get(entry.line))
    return verdict


def _changes(rows: Iterable[FileRow], stored: Mapping[Key, Stored]) -> Iterator[Change]:
    for row in rows:
        if known := stored.get(row.key):
            differ = tuple(
                name
                for name, value in row.values.items()
                if not same(name, known.values[name], value)
            )
            if differ:
                yield Change(row, known, differ)


def _reject(verdict: Verdict, problems: list[Problem]) -> None:
    verdict.rejected += 1
    verdict.problems += problems


def _refusal(row: FileRow, clashing: Clashes, owners: Owners) -> Problem | None:
    column = "loan_number" if row.owner else "id_number"
    if row.key in clashing:
        others = [str(line) for line in clashing[row.key] if line != row.line][:OTHERS_NAMED]
        named = f"line{'s' if len(others) > 1 else ''} {', '.join(others)}"
        return Problem(row.line, column, f"{named} differs under the same {column}: keep one")
    if row.owner and row.owner not in owners:
        return Problem(row.line, "id_number", "no such customer: load the customers file first")
    return None


def _compare(
    verdict: Verdict,
    row: FileRow,
    stored: dict[Key, Stored],
    change: Change | None,
    *,
    accept: bool,
) -> None:
    """Of rows with one key, which all say the same, the first is added or accepted."""
    known = stored.get(row.key)
    if known is None:
        verdict.added.append(row)
        stored[row.key] = Stored(0, 0, row.values)
    elif change is None or change.stored is not known:
        verdict.unchanged += 1
    else:
        verdict.changes.append(change)
        if accept:
            stored[row.key] = Stored(known.id, known.customer_id, change.row.values)
            return
        verdict.problems += [
            Problem(row.line, name, _changed(name, known.values[name], row.values[name]))
            for name in change.columns
        ]


def _note(verdict: Verdict, row: FileRow, own: OwnWords | None) -> None:
    """Tell of a conflict; keep that the file has learnt something."""
    if own is None:
        return
    verdict.learnt += [one for one in own.learnt if one not in verdict.learnt]
    verdict.conflicts += bool(own.kept)
    verdict.problems += [
        Problem(
            row.line, name,
            f"{CONFLICT}the customer changed {name} on {bogota_day(one.changed_at)} to "
            f"{_shown(name, one.value)}, which is kept; the file says "
            f"{_shown(name, row.values[name])}",
        )
        for name, one in own.kept.items()
    ]  # fmt: skip


def _changed(column: str, old: object, new: object) -> str:
    return f"changed: {column} {_shown(column, old)} -> {_shown(column, new)}"


def _shown(column: str, value: object) -> str:
    if value is None:
        return "(empty)"
    if column in PESO_COLUMNS and isinstance(value, int):
        return pesos_text(Centavos(value))
    if column == "email":
        return identity.masked_email(str(value))
    return identity.masked(str(value)) if column in PERSONAL_COLUMNS else str(value)
