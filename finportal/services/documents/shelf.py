"""Issued papers read back: a customer's own, one by its code, and whether each still holds."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from finportal.adapters.database import Link
from finportal.models import DocumentDrawing, DocumentVoid, IssuedDocument, Loan
from finportal.services.documents.kinds import PAPERS
from finportal.services.documents.papers import AnyPaper, Statement


class Tampered(Exception):
    """What is stored of a paper is not what was issued."""


@dataclass(frozen=True, slots=True)
class Void:
    """Since when a paper does not hold, and why: replaced, reversed, mistaken or owing."""

    reason: str
    voided_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper in a list. `number` is the whole one, such as EXT-000012."""

    id: int
    kind: str
    number: str
    code: str
    key: str
    loan_number: str
    issued_at: datetime
    void: Void | None


@dataclass(frozen=True, slots=True)
class Issued(Listed):
    """A paper with all that it says. `replaced_by`: the code of its correction.

    `size`: of its newest PDF in the language asked for, in bytes; None when it was never drawn.
    """

    customer_id: int
    paper: AnyPaper
    replaced_by: str | None
    size: int | None = None


def numbered(series: str, number: int) -> str:
    """A paper's number as it is printed."""
    return f"{series}-{number:06d}"


def digest(series: str, number: int, code: str, facts: str) -> str:
    """The SHA-256 (hex) that binds a paper's number, code and facts."""
    return hashlib.sha256(f"{numbered(series, number)}\n{code}\n{facts}".encode()).hexdigest()


_next = aliased(IssuedDocument)
_LISTED = (
    IssuedDocument.id,
    IssuedDocument.kind,
    IssuedDocument.series,
    IssuedDocument.number,
    IssuedDocument.code,
    IssuedDocument.request_key,
    Loan.loan_number,
    IssuedDocument.issued_at,
    DocumentVoid.reason,
    DocumentVoid.voided_at,
)


def _papers(*more: Any) -> Select[Any]:
    chosen = cast("Select[Any]", select(*_LISTED, *more))
    return chosen.join(Loan, Loan.id == IssuedDocument.loan_id).outerjoin(
        DocumentVoid, DocumentVoid.document_id == IssuedDocument.id
    )


_WHOLE = _papers(
    IssuedDocument.customer_id,
    IssuedDocument.facts,
    IssuedDocument.digest,
    _next.code.label("replaced_by"),
).outerjoin(
    _next,
    and_(
        _next.loan_id == IssuedDocument.loan_id,
        _next.kind == IssuedDocument.kind,
        _next.request_key == IssuedDocument.request_key,
        _next.edition == IssuedDocument.edition + 1,
    ),
)
_BY_CODE = _WHOLE.where(IssuedDocument.code == bindparam("code"))
_SIZE = (
    select(DocumentDrawing.size)
    .where(
        DocumentDrawing.document_id == IssuedDocument.id,
        DocumentDrawing.locale == bindparam("locale"),
    )
    .order_by(DocumentDrawing.id.desc())
    .limit(1)
    .correlate(IssuedDocument)
    .scalar_subquery()
)
_OWN = _BY_CODE.where(IssuedDocument.customer_id == bindparam("customer_id")).add_columns(
    _SIZE.label("size")
)
_OF_LOAN = _papers().where(
    IssuedDocument.customer_id == bindparam("customer_id"),
    Loan.loan_number == bindparam("loan_number"),
)
_IN_FORCE = _WHOLE.where(
    IssuedDocument.loan_id.in_(bindparam("loan_ids", expanding=True)),
    IssuedDocument.kind == bindparam("kind"),
    IssuedDocument.request_key.in_(bindparam("keys", expanding=True)),
    DocumentVoid.id.is_(None),
).add_columns(IssuedDocument.loan_id)
NEWEST = 200


def by_code(link: Link, code: str) -> Issued | None:
    """The paper of this code, whoever owns it. Raises Tampered."""
    return _one(link, _BY_CODE, code=code)


def the(link: Link, code: str) -> Issued:
    """The paper of a code that exists. Raises LookupError and Tampered."""
    found = by_code(link, code)
    if found is None:
        raise LookupError(code)
    return found


def own(link: Link, customer_id: int, code: str, locale: str) -> Issued | None:
    """The paper of this code if it is this customer's, drawn in a locale. Raises Tampered."""
    return _one(link, _OWN, code=code, customer_id=customer_id, locale=locale)


def of_loan(link: Link, customer_id: int, loan_number: str) -> list[Listed]:
    """The customer's papers of a credit, the newest first, NEWEST at most."""
    values = {"customer_id": customer_id, "loan_number": loan_number}
    query = _OF_LOAN.order_by(IssuedDocument.id.desc()).limit(NEWEST)
    return [Listed(**_listed(row)) for row in link.execute(query, values)]


def in_force(link: Link, loan_id: int, kind: str, key: str) -> Issued | None:
    """The paper that answers a request and still holds. Raises Tampered."""
    values = {"loan_ids": [loan_id], "kind": kind, "keys": [key]}
    return _first(link.execute(_IN_FORCE, values))


def statements_of(
    link: Link, loan_ids: Sequence[int], months: Sequence[str]
) -> dict[tuple[int, str], Statement]:
    """The statements of some credits and months that hold, by credit and month. Raises Tampered."""
    values = {"loan_ids": loan_ids, "kind": "statement", "keys": months}
    rows = link.execute(_IN_FORCE, values).all()
    return {
        (row.loan_id, row.request_key): Statement.model_validate_json(_untouched(row))
        for row in rows
    }


def _one(link: Link, query: Select[Any], **values: object) -> Issued | None:
    return _first(link.execute(query, values))


def _first(rows: Iterable[Any]) -> Issued | None:
    row = next(iter(rows), None)
    if row is None:
        return None
    paper = PAPERS[row.kind].model_validate_json(_untouched(row))
    return Issued(
        **_listed(row),
        customer_id=row.customer_id,
        paper=paper,
        replaced_by=row.replaced_by,
        size=getattr(row, "size", None),
    )


def _untouched(row: Any) -> str:
    """A row's facts. Raises Tampered."""
    if digest(row.series, row.number, row.code, row.facts) != row.digest:
        raise Tampered(numbered(row.series, row.number))
    return str(row.facts)


def _listed(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "number": numbered(row.series, row.number),
        "code": row.code,
        "key": row.request_key,
        "loan_number": row.loan_number,
        "issued_at": row.issued_at,
        "void": Void(row.reason, row.voided_at) if row.reason else None,
    }
