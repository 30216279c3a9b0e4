"""The four contact data a customer may change: their canonical form, and how they are masked."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from finportal.models import Base
from finportal.models.contacts import ADDRESS, CITY, CONFIRMED, EMAIL, MOBILE, OPERATOR
from finportal.services import identity
from finportal.services.identity import NotIdentity
from finportal.services.portfolio import cells
from finportal.services.portfolio.cells import BadCell, Rule

FIELDS = (EMAIL, MOBILE, ADDRESS, CITY)
PROVABLE = (EMAIL, MOBILE)
"""What a code can go to."""

CHANGES = Base.metadata.tables["contact_changes"]
MARKS = Base.metadata.tables["contact_marks"]

_TEXT = Rule(cells.text)
_READ: dict[str, Callable[[str], Any]] = {
    EMAIL: identity.email,
    MOBILE: identity.mobile,
    ADDRESS: lambda typed: cells.value(typed, _TEXT),
    CITY: lambda typed: cells.value(typed, _TEXT),
}


def canonical(field: str, typed: str) -> str:
    """A value in the one form that the portfolio keeps. Raises NotIdentity."""
    try:
        value: str = _READ[field](typed)
    except BadCell as error:
        raise NotIdentity(str(error)) from error
    return value


def masked(field: str, value: str | None) -> str:
    """A value for letters and for who holds no session; empty when there is none."""
    if not value:
        return ""
    return identity.masked_email(value) if field == EMAIL else identity.masked(value)


def marked(mark: str) -> ColumnElement[bool]:
    """Whether a change carries a mark of `models.contacts`, inside a query of changes."""
    ours = (MARKS.c.change_id == CHANGES.c.id, MARKS.c.mark == mark)
    return select(MARKS.c.id).where(*ours).correlate(CHANGES).exists()


def sure() -> ColumnElement[bool]:
    """Whether staff made or confirmed a change, inside a query of changes: no link undoes it."""
    return or_(CHANGES.c.source == OPERATOR, marked(CONFIRMED))
