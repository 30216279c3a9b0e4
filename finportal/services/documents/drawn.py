"""The bytes that were handed out: each PDF's SHA-256, by which a copy is recognised."""

import hashlib
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link, dialect_of
from finportal.models import DocumentDrawing, IssuedDocument

_KNOWN = select(DocumentDrawing.id).where(DocumentDrawing.sha256 == bindparam("sha256"))
_CODE = (
    select(IssuedDocument.code)
    .join(DocumentDrawing, DocumentDrawing.document_id == IssuedDocument.id)
    .where(DocumentDrawing.sha256 == bindparam("sha256"))
)


def is_known(link: Link, content: bytes) -> bool:
    """Whether these bytes were written down."""
    return link.scalar(_KNOWN, {"sha256": _sha256(content)}) is not None


def remember(link: Link, document_id: int, locale: str, content: bytes, now: datetime) -> None:
    """Write down the bytes of a paper before they leave; the same bytes again change nothing."""
    values = {
        "document_id": document_id,
        "locale": locale,
        "sha256": _sha256(content),
        "size": len(content),
        "drawn_at": now,
    }
    link.execute(_unless_known(dialect_of(link)), values)


def code_of(link: Link, content: bytes) -> str | None:
    """The code of the paper with exactly these bytes; None when they are not ours."""
    return link.scalar(_CODE, {"sha256": _sha256(content)})


@cache
def _unless_known(dialect: str) -> Any:
    """Two first downloads at once bring the same bytes; only the database in use is loaded."""
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert(DocumentDrawing).on_conflict_do_nothing(index_elements=["sha256"])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
