"""Whether two papers of one request say the same, and if not, what became of it since."""

from enum import StrEnum
from typing import Any

from finportal.services.documents.papers import AnyPaper, Receipt

NAMES: dict[str, Any] = {
    "issuer": True,
    "holder": True,
    "basis": True,
    "loan": {"product", "vehicle", "plate", "vin"},
}
"""What papers say that no event tells: names as they were then, which may change."""

_ISSUE: dict[str, Any] = {"issued_on": True, "basis": True}
_PROOF: dict[str, Any] = {"authorisation": True, "reference": True}


class Change(StrEnum):
    """Why a paper would say something else now."""

    CREDIT = "credit"
    NAMES = "names"
    """The borrower's data, or the vehicle's."""
    PROOF = "proof"
    """It can name the payment at the bank, and did not yet."""


def same(one: AnyPaper, other: AnyPaper) -> bool:
    """Whether two papers say the same, whenever they were issued."""
    return _same(one, other, _ISSUE)


def change(old: AnyPaper, new: AnyPaper) -> Change | None:
    """The weightiest reason why `new` says something that matters and `old` does not.

    None where there is none: how to reach the lender is told elsewhere, as it is now.
    """
    apart = _ISSUE | {"issuer": True}
    if _same(old, new, apart):
        return None
    if _same(old, new, apart | _PROOF):
        return Change.PROOF if _proves_more(old, new) else None
    if _same(old, new, apart | _PROOF | NAMES):
        return Change.NAMES
    return Change.CREDIT


def _proves_more(old: AnyPaper, new: AnyPaper) -> bool:
    """Whether a receipt names its payment by more than it did, and by nothing else."""
    if not isinstance(old, Receipt) or not isinstance(new, Receipt):
        return False
    was, now = ([getattr(one, name) for name in _PROOF] for one in (old, new))
    return all(one in {None, "", other} for one, other in zip(was, now, strict=True))


def _same(one: AnyPaper, other: AnyPaper, apart: dict[str, Any]) -> bool:
    return one.model_dump(exclude=apart) == other.model_dump(exclude=apart)
