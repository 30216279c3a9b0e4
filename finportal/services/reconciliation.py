"""Two lists of payments compared: what this portal posted, and what a bank or gateway reports."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from finportal.lending.money import Centavos


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment on one of the two lists: amount in centavos, the payer's day.

    `id` is the other party's name of the payment, such as a transaction's number; "" if there is
    none. Zeros before the reference do not matter.
    """

    reference: str
    amount: Centavos
    on: date
    id: str

    @property
    def content(self) -> tuple[str, Centavos, date]:
        """All but the id, as it is compared."""
        return self.reference.lstrip("0"), self.amount, self.on


Pair = tuple[Entry, Entry]
"""The entry here and the entry there."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every entry of both lists once: matched, or in the one bucket that says what is wrong.

    `different`: one payment by its id or by what it says, and its reference, amount, day or id is
    not the same. `missing_here`: there and not here; `missing_there`: here and not there.
    `doubled_here`, `doubled_there`: once more, by id or by content, than the other list has it.
    """

    matched: tuple[Pair, ...]
    different: tuple[Pair, ...]
    missing_here: tuple[Entry, ...]
    missing_there: tuple[Entry, ...]
    doubled_here: tuple[Entry, ...]
    doubled_there: tuple[Entry, ...]

    @property
    def clean(self) -> bool:
        """Whether both lists say the same."""
        wrong = (self.different, self.missing_here, self.missing_there)
        return not any((*wrong, self.doubled_here, self.doubled_there))


def reconcile(here: Sequence[Entry], there: Sequence[Entry]) -> Reconciliation:
    """Compare the two lists; which of them is called here makes no other difference.

    Entries are paired one for one in the order of the lists: by id and content, by id, by
    content, by reference and amount, by reference and day. What is left is doubled if its id or
    its content was paired or stands earlier in its own list with that id, and missing otherwise.
    """
    pairs: list[Pair] = []
    left, other = list(here), list(there)
    for key in (_id_and_content, _id, _content):
        found, left, other = _paired(left, other, key)
        pairs += found
    left, doubled_here = _without_doubled(left, [entry for entry, _ in pairs])
    other, doubled_there = _without_doubled(other, [entry for _, entry in pairs])
    for key in (_reference_and_amount, _reference_and_day):
        found, left, other = _paired(left, other, key)
        pairs += found
    return Reconciliation(
        matched=tuple(pair for pair in pairs if _agree(*pair)),
        different=tuple(pair for pair in pairs if not _agree(*pair)),
        missing_here=tuple(other),
        missing_there=tuple(left),
        doubled_here=tuple(doubled_here),
        doubled_there=tuple(doubled_there),
    )


def _id_and_content(entry: Entry) -> Hashable:
    return (entry.id, entry.content) if entry.id else None


def _id(entry: Entry) -> Hashable:
    return entry.id or None


def _content(entry: Entry) -> Hashable:
    return entry.content


def _reference_and_amount(entry: Entry) -> Hashable:
    reference, amount, _ = entry.content
    return (reference, amount) if reference else None


def _reference_and_day(entry: Entry) -> Hashable:
    reference, _, day = entry.content
    return (reference, day) if reference else None


def _agree(here: Entry, there: Entry) -> bool:
    same_id = here.id == there.id or not (here.id and there.id)
    return same_id and here.content == there.content


def _without_doubled(
    left: Sequence[Entry], paired: Sequence[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """What is only once on its list, and what is there once more than it should."""
    ids = {entry.id for entry in paired if entry.id}
    contents = {entry.content for entry in paired}
    once: list[Entry] = []
    doubled: list[Entry] = []
    for entry in left:
        again = entry.id in ids or entry.content in contents
        (doubled if again else once).append(entry)
        ids |= {entry.id} - {""}
    return once, doubled


def _paired(
    here: Sequence[Entry], there: Sequence[Entry], key: Callable[[Entry], Hashable]
) -> tuple[list[Pair], list[Entry], list[Entry]]:
    """One entry here for one there with the same key, unless it is None; what is left of both."""
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, entry in enumerate(there):
        waiting[key(entry)].append(place)
    waiting.pop(None, None)
    pairs: list[Pair] = []
    left: list[Entry] = []
    taken: set[int] = set()
    for entry in here:
        if same := waiting.get(key(entry)):
            place = same.popleft()
            taken.add(place)
            pairs.append((entry, there[place]))
        else:
            left.append(entry)
    return pairs, left, [entry for place, entry in enumerate(there) if place not in taken]
