"""What becomes of each payment in a bank's file: posted, posted for now, or shown to a person."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from finportal.adapters.bank_files.collection import Batch, CollectionFile, Detail, Means
from finportal.lending.money import Centavos

MOST_CANDIDATES = 5
_DIGITS = "0123456789"


class Verdict(StrEnum):
    """The one class a line is in. MATCHED, TO_CLEAR and DOUBLED are posted, the others are not.

    TO_CLEAR: a cheque, which may bounce. DOUBLED: equal to a line before it in this file, and a
    payment of its own. SUSPECT: a person decides. UNKNOWN: no credit has a reference like it.
    RETURNED: the bank gave the money back.
    """

    MATCHED = "matched"
    TO_CLEAR = "to_clear"
    DOUBLED = "doubled"
    SUSPECT = "suspect"
    UNKNOWN = "unknown"
    RETURNED = "returned"


POSTED = frozenset({Verdict.MATCHED, Verdict.TO_CLEAR, Verdict.DOUBLED})


class Reason(StrEnum):
    """What was noticed about a line. The first three let it be posted, the others do not.

    ZEROS_LOST: the bank left out zeros that our reference begins with. NEAR_MISS: one digit
    wrong, left out, too many or two neighbours exchanged, against a known reference. AMBIGUOUS:
    references of several credits differ from it by zeros only. LINE_POSTED: this very line was
    posted from another file. ALIKE_POSTED: one that looks the same was.
    """

    AMOUNT_DIFFERS = "amount_differs"
    EQUAL_LINE = "equal_line"
    ZEROS_LOST = "zeros_lost"
    NEAR_MISS = "near_miss"
    AMBIGUOUS = "ambiguous"
    LINE_POSTED = "line_posted"
    ALIKE_POSTED = "alike_posted"
    MEANS_UNKNOWN = "means_unknown"
    NO_AMOUNT = "no_amount"
    RETURN_CAUSE = "return_cause"
    NO_SUCH_REFERENCE = "no_such_reference"


HARMLESS = frozenset({Reason.AMOUNT_DIFFERS, Reason.EQUAL_LINE, Reason.ZEROS_LOST})


@dataclass(frozen=True, slots=True)
class Before:
    """What other files have posted: keys of their lines, and keys of what lines look like."""

    lines: AbstractSet[str] = frozenset()
    alike: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A line and what becomes of it.

    `loan_id`: the credit, if exactly one has its reference. `candidates`: the references that it
    may have been meant for. `line_key` is unique among all lines of all banks.
    """

    batch: Batch
    detail: Detail
    verdict: Verdict
    reasons: frozenset[Reason]
    loan_id: int | None
    candidates: tuple[str, ...]
    line_key: str
    likeness_key: str

    @property
    def posts(self) -> bool:
        """Whether the payment goes into the credit, be it subject to clearing."""
        return self.verdict in POSTED


def match(
    file: CollectionFile,
    known: Mapping[str, int],
    expected: Mapping[int, AbstractSet[Centavos]],
    before: Before,
) -> list[Judged]:
    """Every line of the file in its order, each in exactly one class.

    `known`: all references of the lender and the ids of their credits. `expected`: by credit, the
    amounts in centavos that would be no surprise; a credit that is not in it takes any amount.
    Another amount is posted as received and told. Two equal lines of one file are two payments;
    a line equal to one of another file is not posted. References are compared without the zeros
    before them.
    """
    matcher = _Matcher(file, _References(known), expected, before)
    return [matcher.judged(batch, detail) for batch, detail in file.lines()]


def tally(judged: Iterable[Judged]) -> dict[Verdict, tuple[int, Centavos]]:
    """How many lines each class has, and their sum in centavos; every class is there."""
    found = dict.fromkeys(Verdict, (0, 0))
    for one in judged:
        count, total = found[one.verdict]
        found[one.verdict] = (count + 1, total + one.detail.amount)
    return {verdict: (count, Centavos(total)) for verdict, (count, total) in found.items()}


class _References:
    """The lender's references by what is left of them without zeros before."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.known = known
        self._plain: dict[str, list[str]] = {}
        for reference in known:
            self._plain.setdefault(reference.lstrip("0"), []).append(reference)
        self._longest = max(map(len, known), default=0)

    def same(self, plain: str) -> list[str]:
        """The references that differ by zeros before them only."""
        return self._plain.get(plain, []) if plain else []

    def near(self, plain: str) -> list[str]:
        """The references from which one slip of the hand leads here, in order."""
        near = {
            reference
            for slip in _slips(plain.zfill(self._longest))
            for reference in self.same(slip.lstrip("0"))
        }
        return sorted(near)[:MOST_CANDIDATES]


def _slips(text: str) -> Iterator[str]:
    """The text with one digit changed, left out or put in, or two neighbours exchanged."""
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + digit + after for digit in _DIGITS)
        yield from (before + digit + after[1:] for digit in _DIGITS if after)
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]


@dataclass(frozen=True, slots=True)
class _Matcher:
    """One file's judge, who remembers what lines it lets through look like."""

    file: CollectionFile
    references: _References
    expected: Mapping[int, AbstractSet[Centavos]]
    before: Before
    seen: set[str] = field(default_factory=set)

    def judged(self, batch: Batch, detail: Detail) -> Judged:
        keys = self.file.line_key(batch, detail), self.file.likeness_key(detail)
        same = self.references.same(detail.reference)
        loan_id = self.references.known[same[0]] if len(same) == 1 else None
        reasons = set(self._about_line(detail, *keys))
        candidates = same
        if loan_id is not None:
            reasons |= set(_about_credit(detail, same[0], self.expected.get(loan_id)))
        elif same:
            reasons.add(Reason.AMBIGUOUS)
        else:
            candidates = self.references.near(detail.reference)
            reasons.add(Reason.NEAR_MISS if candidates else Reason.NO_SUCH_REFERENCE)
        verdict = _verdict(detail, reasons)
        if verdict in POSTED:
            self.seen.add(keys[1])
        found = frozenset(reasons)
        return Judged(batch, detail, verdict, found, loan_id, tuple(candidates), *keys)

    def _about_line(self, detail: Detail, line_key: str, likeness_key: str) -> Iterator[Reason]:
        told = {
            Reason.RETURN_CAUSE: detail.returned,
            Reason.NO_AMOUNT: detail.amount <= 0,
            Reason.MEANS_UNKNOWN: detail.means is Means.UNKNOWN,
            Reason.LINE_POSTED: line_key in self.before.lines,
            Reason.ALIKE_POSTED: likeness_key in self.before.alike,
            Reason.EQUAL_LINE: likeness_key in self.seen,
        }
        return (reason for reason, holds in told.items() if holds)


def _about_credit(
    detail: Detail, reference: str, expected: AbstractSet[Centavos] | None
) -> Iterator[Reason]:
    if expected is not None and detail.amount not in expected:
        yield Reason.AMOUNT_DIFFERS
    if len(detail.raw_reference.strip(" ")) < len(reference):
        yield Reason.ZEROS_LOST


def _verdict(detail: Detail, reasons: AbstractSet[Reason]) -> Verdict:
    if Reason.RETURN_CAUSE in reasons:
        return Verdict.RETURNED
    if Reason.NO_SUCH_REFERENCE in reasons:
        return Verdict.UNKNOWN
    if reasons - HARMLESS:
        return Verdict.SUSPECT
    if detail.means is Means.CHEQUE:
        return Verdict.TO_CLEAR
    return Verdict.DOUBLED if Reason.EQUAL_LINE in reasons else Verdict.MATCHED
