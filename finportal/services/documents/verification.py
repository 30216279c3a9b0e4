"""Whether stored papers are what was issued, agree, and say again what the engine says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import bindparam, or_, select

from finportal.adapters.database import Database, Link
from finportal.lender import Lender
from finportal.lending import CertifiedRates, LendingError
from finportal.models import DocumentVoid, IssuedDocument, TermsVersion
from finportal.services import ledger
from finportal.services.documents import shelf, subject, writing
from finportal.services.documents.comparing import NAMES
from finportal.services.documents.kinds import PAPERS, Wanted
from finportal.services.documents.papers import AnyPaper, Statement
from finportal.services.documents.subject import Subject
from finportal.services.errors import Refused

PAPERS_A_ROUND = 200
COMPUTED = ("statement", "payoff", "balance", "tax", "history")
"""Kinds whose figures are computed again; of the others only the digest is looked at."""

_NEXT = (
    select(IssuedDocument)
    .where(IssuedDocument.id > bindparam("after"))
    .order_by(IssuedDocument.id)
    .limit(PAPERS_A_ROUND)
)
_CONTRACT = (
    select(TermsVersion.contract)
    .where(
        TermsVersion.loan_id == bindparam("loan_id"), TermsVersion.recorded_at <= bindparam("at")
    )
    .order_by(TermsVersion.version.desc())
    .limit(1)
)
_HOLDING = (
    select(IssuedDocument)
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(
        IssuedDocument.loan_id.in_(bindparam("loan_ids", expanding=True)),
        IssuedDocument.kind == "statement",
        IssuedDocument.request_key.in_(bindparam("keys", expanding=True)),
        DocumentVoid.id.is_(None),
    )
)
_THEN = (
    select(IssuedDocument.request_key, IssuedDocument.facts)
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(
        IssuedDocument.loan_id == bindparam("loan_id"),
        IssuedDocument.kind == "statement",
        IssuedDocument.request_key.in_(bindparam("keys", expanding=True)),
        IssuedDocument.id < bindparam("before"),
        or_(DocumentVoid.id.is_(None), DocumentVoid.voided_at > bindparam("at")),
    )
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper that was looked at; `differences` are sentences, none when all is well."""

    number: str
    loan_id: int
    differences: tuple[str, ...]


def verify(
    db: Database, lender: Lender, percent: int = 100, random: Random | None = None
) -> Iterator[Checked]:
    """Look at every paper, void ones too; below 100, at about as many in a hundred. Streams."""
    chance = random or Random()  # noqa: S311
    checker, after = _Checker(lender), 0
    while True:
        with db.read() as link:
            rows = list(link.scalars(_NEXT, {"after": after}))
            chosen = [row for row in rows if percent >= 100 or chance.random() * 100 < percent]  # noqa: PLR2004
            found = checker.check(link, chosen)
        if not rows:
            return
        after = rows[-1].id
        yield from found


class _Checker:
    """Remembers the certified rates as they were."""

    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self._rates: dict[int, CertifiedRates] = {}

    def check(self, link: Link, rows: Sequence[IssuedDocument]) -> list[Checked]:
        """Some papers, their credits read at once."""
        loan_ids = sorted({row.loan_id for row in rows if row.kind in COMPUTED})
        abouts = {
            about.credit.loan_id: about
            for about in (subject.many(link, loan_ids, rows[0].issued_at) if loan_ids else ())
        }
        chain = _chain(link, rows)
        return [
            Checked(
                _number(row),
                row.loan_id,
                tuple(self._differences(link, row, abouts.get(row.loan_id), chain.get(row.id))),
            )
            for row in rows
        ]

    def _differences(
        self,
        link: Link,
        row: IssuedDocument,
        about: Subject | None,
        before: IssuedDocument | None,
    ) -> Iterator[str]:
        if not _untouched(row):
            yield "the digest is not that of what is stored"
            return
        paper = PAPERS[row.kind].model_validate_json(row.facts)
        if isinstance(paper, Statement) and before and _untouched(before):
            yield from _breaks(paper, before)
        if about is None or row.kind not in COMPUTED:
            return
        try:
            again = self._again(link, row, paper, about)
        except (LendingError, Refused) as error:
            yield f"{type(error).__name__}: {' '.join(str(error).split())}"
            return
        told, computed = _figures(paper), _figures(again)
        yield from (
            f"{name} {_brief(told[name])} -> {_brief(computed[name])}"
            for name in told
            if told[name] != computed[name]
        )

    def _again(self, link: Link, row: IssuedDocument, paper: AnyPaper, about: Subject) -> AnyPaper:
        basis = paper.basis
        then = replace(about.as_known(basis), known_at=basis.known_at)
        contract = link.execute(_CONTRACT, {"loan_id": row.loan_id, "at": basis.known_at}).scalar()
        credit = replace(
            then.credit,
            rates=self._rates_known(link, basis.certificates),
            certificates=basis.certificates,
            contract_text=contract or then.credit.contract_text,
        )
        then = replace(then, credit=credit)
        if isinstance(paper, Statement):
            period = writing.month_of(then, paper.month)
            keys = writing.neighbours(period.due_on)
            return writing.statement(then, self._lender, period, _known_then(link, row, keys))
        return writing.write(link, then, self._lender, Wanted(row.kind, row.request_key))

    def _rates_known(self, link: Link, certificates: int) -> CertifiedRates:
        if certificates not in self._rates:
            self._rates[certificates] = ledger.rates_known(link, certificates)
        return self._rates[certificates]


def _chain(link: Link, rows: Sequence[IssuedDocument]) -> dict[int, IssuedDocument]:
    """Of the statements that hold, by their ids: the month before's, where that one holds too."""
    wanted = {(row.loan_id, row.request_key): row for row in rows if row.kind == "statement"}
    if not wanted:
        return {}
    months = {key: _month_before(key) for _, key in wanted}
    values = {
        "loan_ids": sorted({loan_id for loan_id, _ in wanted}),
        "keys": sorted({*months, *months.values()}),
    }
    found = {(row.loan_id, row.request_key): row for row in link.scalars(_HOLDING, values)}
    return {
        found[loan_id, key].id: found[loan_id, months[key]]
        for loan_id, key in wanted
        if (loan_id, key) in found and (loan_id, months[key]) in found
    }


def _month_before(key: str) -> str:
    return writing.neighbours(date.fromisoformat(f"{key}-01"))[0]


def _breaks(paper: Statement, before: IssuedDocument) -> Iterator[str]:
    """Where a statement does not open with what the one before closed with."""
    last = Statement.model_validate_json(before.facts)
    opens = {line.part: line.opening for line in paper.balances} | {"credit": paper.credit_opening}
    closed = {line.part: line.closing for line in last.balances} | {"credit": last.credit}
    yield from (
        f"{name} opens with {opens[name]}, {_number(before)} closed with {closed[name]}"
        for name in opens
        if opens[name] != closed[name]
    )


def _number(row: IssuedDocument) -> str:
    return shelf.numbered(row.series, row.number)


def _untouched(row: IssuedDocument) -> bool:
    return shelf.digest(row.series, row.number, row.code, row.facts) == row.digest


def _known_then(link: Link, row: IssuedDocument, keys: Sequence[str]) -> writing.Known:
    """The statements that held when a statement was issued."""
    values = {"loan_id": row.loan_id, "keys": keys, "before": row.id, "at": row.issued_at}
    return {
        (row.loan_id, found.request_key): Statement.model_validate_json(found.facts)
        for found in link.execute(_THEN, values)
    }


def _figures(paper: AnyPaper) -> dict[str, Any]:
    return paper.model_dump(mode="json", exclude=NAMES)


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004
