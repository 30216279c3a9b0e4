"""What a credit can be asked about, and the answers to choose from, drawn from the whole book."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from string import ascii_uppercase, digits
from typing import Any

from sqlalchemy import delete, func, insert, select

from finportal.adapters.database import Link
from finportal.lending import LendingError, schedule
from finportal.models import Customer, Loan, QuestionSet
from finportal.services import ledger
from finportal.services.contracts import contract

FEWEST_OPTIONS, OPTIONS = 4, 6
"""A question offers from 6 to 11 answers; with fewer than 4 in the book it is not asked."""
SAMPLE = 200
ENDING = 2
PESOS = 100
NARROW, WIDE = 100_000, 250_000
WIDE_FROM = 2_000_000
"""Ranges of an instalment in pesos: narrow ones below, wide ones from here on."""


class Kind(StrEnum):
    """What a question asks."""

    PLATE = "plate"
    MAKE = "make"
    CITY = "city"
    MONTH = "month"
    INSTALMENT = "instalment"


@dataclass(frozen=True, slots=True)
class Facts:
    """The credit a customer is asked about, and the right answers it can give."""

    loan_id: int
    answers: Mapping[Kind, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that a credit can answer: the answers to choose from, in their natural order."""

    loan_id: int
    kind: Kind
    truth: str
    options: tuple[str, ...]

    @property
    def right(self) -> int:
        """The place of the right answer. Raises ValueError when it is not among them."""
        place = _place(self.options, self.truth)
        if place is None:
            raise ValueError("the right answer is not among the options")
        return place


def facts_of(link: Link, customer_id: int) -> Facts | None:
    """The newest of the customer's credits, one that runs before one that is closed."""
    newest = (
        select(Loan.id, Loan.plate, Loan.make, Loan.disbursed_on, Customer.city)
        .join(Customer, Customer.id == Loan.customer_id)
        .where(Loan.customer_id == customer_id)
        .order_by(Loan.status, Loan.disbursed_on.desc(), Loan.loan_number)
        .limit(1)
    )
    row = link.execute(newest).one_or_none()
    if row is None:
        return None
    contracts = link.execute(ledger.credits_where(Loan.id == row.id)).all()
    found = {
        Kind.PLATE: row.plate and row.plate[-ENDING:].upper(),
        Kind.MAKE: row.make,
        Kind.CITY: row.city,
        Kind.MONTH: _month(row.disbursed_on),
        Kind.INSTALMENT: first_instalment(contracts[0].contract) if contracts else None,
    }
    return Facts(row.id, {kind: answer for kind, answer in found.items() if answer})


def offered(link: Link, customer_id: int) -> dict[Kind, Offer]:
    """What a customer's credit can be asked, each with the answers to choose from; reads only.

    Empty without a credit, and without the questions for which the book has too few answers. For
    one credit the answers are always the same: made anew only when the lender corrected it.
    """
    facts = facts_of(link, customer_id)
    made = ((kind, _offer(link, facts, kind)) for kind in facts.answers) if facts else ()
    return {kind: offer for kind, offer in made if len(offer.options) >= FEWEST_OPTIONS}


def settled(link: Link, offer: Offer, now: datetime) -> Offer:
    """The offer with the answers that are kept for its credit: these, unless others were first."""
    kept = _kept(link, offer.loan_id, offer.kind)
    if _place(kept, offer.truth) is not None:
        return replace(offer, options=kept)
    this = (QuestionSet.loan_id == offer.loan_id, QuestionSet.kind == offer.kind.value)
    link.execute(delete(QuestionSet).where(*this))
    text = json.dumps(offer.options, ensure_ascii=False)
    row = {"loan_id": offer.loan_id, "kind": offer.kind.value, "options": text, "made_at": now}
    link.execute(insert(QuestionSet).values(row))
    return offer


def counted(link: Link, facts: Facts, kind: Kind) -> Counter[str]:
    """How often each answer to a question stands in the book, for credits like this one."""
    return _BOOK[kind](link, facts)


def among(book: Mapping[str, int], truth: str) -> tuple[str, ...]:
    """The group of answers that the right one belongs to, in natural order.

    The book's answers are ranked by how frequent they are and cut into groups, so that those of a
    group are about equally likely: knowing which answers are common in the book does not tell the
    right one, and credits with any of these answers see the same group.
    """
    spelled: dict[str, Counter[str]] = {}
    for text, count in book.items():
        spelled.setdefault(_plain(text), Counter())[text] += count
    weight = {plain: found.total() for plain, found in spelled.items()}
    weight.setdefault(_plain(truth), 1)
    ranked = sorted(weight, key=lambda plain: (-weight[plain], _mixed(plain)))
    groups = max(1, len(ranked) // OPTIONS)
    place = ranked.index(_plain(truth))
    mine = next(
        ranked[len(ranked) * n // groups : len(ranked) * (n + 1) // groups]
        for n in range(groups)
        if place < len(ranked) * (n + 1) // groups
    )
    words = (spelled[one].most_common(1)[0][0] if one in spelled else truth for one in mine)
    return tuple(sorted(words, key=_natural))


def range_of(pesos: int) -> tuple[int, int]:
    """The range an instalment lies in, both ends in pesos."""
    width = NARROW if pesos < WIDE_FROM else WIDE
    start = pesos // width * width
    return start, start + width


def first_instalment(contract_text: str) -> str | None:
    """The beginning, in pesos, of the range of a contract's first instalment with insurance."""
    try:
        row = schedule(contract(contract_text).terms).rows[0]
    except LendingError:
        return None
    return str(range_of(row.total // PESOS)[0])


def _endings(_link: Link, facts: Facts) -> Counter[str]:
    """Plates are given out in series: every ending of their kind is as likely as another."""
    letters = facts.answers[Kind.PLATE][-1:].isalpha()
    return Counter(
        one + other for one in digits for other in (ascii_uppercase if letters else digits)
    )


def _makes(link: Link, _facts: Facts) -> Counter[str]:
    return _counted(link, Loan.make)


def _cities(link: Link, _facts: Facts) -> Counter[str]:
    return _counted(link, Customer.city)


def _months(link: Link, _facts: Facts) -> Counter[str]:
    months: Counter[str] = Counter()
    rows = link.execute(select(Loan.disbursed_on, func.count()).group_by(Loan.disbursed_on))
    for day, count in rows:
        months[_month(day)] += count
    return months


def _instalments(link: Link, facts: Facts) -> Counter[str]:
    """Ranges of a part of the book that this credit belongs to: replaying all would take long."""
    book = link.execute(select(func.count()).select_from(Loan)).scalar_one()
    step = max(1, book // SAMPLE)
    some = ledger.credits_where(Loan.id % step == facts.loan_id % step)
    ranges = (first_instalment(row.contract) for row in link.execute(some))
    return Counter(one for one in ranges if one)


def _counted(link: Link, column: Any) -> Counter[str]:
    rows = link.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    return Counter({row[0]: row[1] for row in rows})


_BOOK: dict[Kind, Callable[[Link, Facts], Counter[str]]] = {
    Kind.PLATE: _endings,
    Kind.MAKE: _makes,
    Kind.CITY: _cities,
    Kind.MONTH: _months,
    Kind.INSTALMENT: _instalments,
}


def _offer(link: Link, facts: Facts, kind: Kind) -> Offer:
    truth = facts.answers[kind]
    options = _kept(link, facts.loan_id, kind)
    if _place(options, truth) is None:
        options = among(counted(link, facts, kind), truth)
    return Offer(facts.loan_id, kind, truth, options)


def _kept(link: Link, loan_id: int, kind: Kind) -> tuple[str, ...]:
    this = (QuestionSet.loan_id == loan_id, QuestionSet.kind == kind.value)
    text = link.execute(select(QuestionSet.options).where(*this)).scalar_one_or_none()
    return tuple(json.loads(text)) if text else ()


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _place(options: tuple[str, ...], truth: str) -> int | None:
    plain = [_plain(option) for option in options]
    return plain.index(_plain(truth)) if _plain(truth) in plain else None


def _plain(text: str) -> str:
    """Spellings of one answer are one: no case, accents, spaces or signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum()) or text


def _mixed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _natural(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (0, _plain(text))
