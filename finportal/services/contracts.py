"""A credit's contract: its columns of the loans file as text, and the terms they stand for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from finportal.lending import Centavos, Terms
from finportal.lending.conventions import AllocationBy, Conventions, Part
from finportal.lending.day_counts import DayCount
from finportal.lending.due_dates import due_date
from finportal.lending.events import Opening, OpeningDue

BY_PART = ":by_part"
OPENING_ID = "opening"

CONTRACT_COLUMNS = (
    "principal", "disbursed_on", "first_due_on", "term", "rate_ea", "late_rate_ea",
    "insurance_rate", "insurance_monthly", "balloon", "grace_months", "day_count", "allocation",
    "opening_on", "opening_principal", "opening_interest", "opening_late_interest",
    "opening_insurance", "opening_fees", "opening_credit",
)  # fmt: skip
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=date.isoformat).encode
_DAYS = ("disbursed_on", "first_due_on", "opening_on")
_OPENING_DUES = ("fees", "insurance", "late_interest", "interest")


@dataclass(frozen=True, slots=True)
class Contract:
    """What was signed, and for a migrated credit the balances it was taken over with."""

    terms: Terms
    opening: Opening | None

    @property
    def begins(self) -> date:
        """The first day that an event may have."""
        return self.opening.value_date if self.opening else self.terms.disbursed_on


def contract_text(values: Mapping[str, object]) -> str:
    """The contract columns of a loan as canonical JSON: equal contracts have equal texts.

    `values` by column of the loans file, amounts in centavos; others may be among them.
    """
    plain = {name: values[name] for name in CONTRACT_COLUMNS if values.get(name) is not None}
    return _encode(plain)


@lru_cache(maxsize=4096)
def contract(text: str) -> Contract:
    """The contract that `contract_text` wrote down. Raises what Terms and Opening raise."""
    values: dict[str, Any] = json.loads(text)
    for name in _DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    terms = Terms(
        principal=Centavos(values["principal"]),
        rate_ea=Decimal(values["rate_ea"]),
        instalments=values["term"],
        disbursed_on=values["disbursed_on"],
        first_due_on=values["first_due_on"],
        late_rate_ea=Decimal(values["late_rate_ea"]) if "late_rate_ea" in values else None,
        insurance_rate=Decimal(values.get("insurance_rate", "0")),
        insurance_fixed=Centavos(values.get("insurance_monthly", 0)),
        balloon=Centavos(values.get("balloon", 0)),
        grace_principal=values.get("grace_months", 0),
        conventions=conventions(values.get("day_count"), values.get("allocation")),
    )
    return Contract(terms, _opening(terms, values))


@lru_cache
def conventions(day_count: str | None, allocation: str | None) -> Conventions:
    """The contract's choices from their columns; an absent one is the engine's default.

    `allocation`: the five parts in order, as in fees>insurance>…, then :by_part where agreed.
    """
    chosen: dict[str, Any] = {}
    if day_count:
        chosen["day_count"] = DayCount(day_count)
    if allocation:
        order = allocation.removesuffix(BY_PART)
        chosen["allocation_order"] = tuple(Part(part) for part in order.split(">"))
        if order != allocation:
            chosen["allocation_by"] = AllocationBy.PART
    return Conventions(**chosen)


def _opening(terms: Terms, values: Mapping[str, Any]) -> Opening | None:
    """The opening columns: principal not yet due, and what was due and unpaid, by part."""
    on: date | None = values.get("opening_on")
    if on is None:
        return None
    owed = {part: Centavos(values.get(f"opening_{part}", 0)) for part in _OPENING_DUES}
    due = OpeningDue(due_date=_last_due_date(terms, on), **owed)
    return Opening(
        id=OPENING_ID,
        value_date=on,
        principal_not_due=Centavos(values["opening_principal"]),
        dues=(due,) if any(owed.values()) else (),
        credit=Centavos(values.get("opening_credit", 0)),
    )


def _last_due_date(terms: Terms, on: date) -> date:
    """The contract's last due date up to a day; before the first one, the day itself."""
    return last_due_date(terms.first_due, on) or on


def last_due_date(first: date, on: date) -> date | None:
    """The last due date up to a day of a contract with this first one; None before that."""
    months = (on.year - first.year) * 12 + on.month - first.month
    latest = due_date(first, first.day, months)
    if latest > on:
        latest = due_date(first, first.day, months - 1)
    return latest if latest >= first else None
