"""What happened to a credit up to a day, as plain JSON: payments, other events, credit spent."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from finportal.lending import State, Terms, pesos_text
from finportal.lending.events import Event, Payment, Prepayment, Reclassification, Reversal
from finportal.lending.parts import NOTHING
from finportal.lending.state import Movement, MovementKind
from finportal.services.days import bogota_day
from finportal.services.ledger import Credit, Record
from finportal.services.terms_json import Json, agreed_rate, parts_json, terms_json

TOWARDS_INSTALMENTS = "instalments"
_OF_THE_FILE = (Payment, Prepayment, Reversal)
_NAMES = {"insurance_fixed": "insurance_monthly"}


def history_json(credit: Credit, state: State) -> Json:
    """The events that count on the state's day, in the order in which they count.

    `payments` are payments, prepayments and reversals; `other_events` all else that was recorded;
    `credit_spent` what waiting credit paid when something fell due.
    """
    records = sorted(
        (one for one in credit.records if one.event.value_date <= state.as_of),
        key=lambda one: (one.event.value_date, one.event.rank, one.event.id),
    )
    changes = _Changes(records)
    moved = {one.event_id: one for one in state.movements if one.kind is not MovementKind.CREDIT}
    opening = credit.contract.opening
    return {
        "opening": _details(opening) | {"on": opening.value_date.isoformat()} if opening else None,
        "payments": [
            _payment(one, changes, moved.get(one.event.id))
            for one in records
            if isinstance(one.event, _OF_THE_FILE)
        ],
        "other_events": [
            _other(one, changes, moved.get(one.event.id))
            for one in records
            if not isinstance(one.event, _OF_THE_FILE)
        ],
        "credit_spent": [
            {"on": one.value_date.isoformat(), "amount": pesos_text(one.amount)} | _went(one)
            for one in state.movements
            if one.kind is MovementKind.CREDIT
        ],
    }


class _Changes:
    """Which events others have reversed or turned into prepayments."""

    def __init__(self, records: Iterable[Record]) -> None:
        listed = list(records)
        self.receipts = {one.event.id: one.external_id for one in listed}
        self.reversed_by = {
            one.event.reverses: one.external_id for one in listed if isinstance(one.event, Reversal)
        }
        self.effects = {
            one.event.payment: one.event.effect.value
            for one in listed
            if isinstance(one.event, Reclassification) and one.event.id not in self.reversed_by
        }

    def effect(self, event: Event) -> str | None:
        """What a payment lowers; None for a reversal."""
        if isinstance(event, Prepayment):
            return event.effect.value
        if isinstance(event, Payment):
            return self.effects.get(event.id, TOWARDS_INSTALMENTS)
        return None


def _payment(one: Record, changes: _Changes, movement: Movement | None) -> Json:
    event = one.event
    amount = getattr(event, "amount", None)
    return {
        "receipt": one.external_id,
        "source": one.source,
        "paid_on": event.value_date.isoformat(),
        "recorded_on": bogota_day(one.recorded_at).isoformat(),
        "amount": None if amount is None else pesos_text(amount),
        "channel": one.channel,
        "effect": changes.effect(event),
        "reverses": changes.receipts.get(event.reverses) if isinstance(event, Reversal) else None,
        "reversed_by": changes.reversed_by.get(event.id),
        **_went(movement),
    }


def _other(one: Record, changes: _Changes, movement: Movement | None) -> Json:
    return {
        "kind": re.sub(r"(?<!^)([A-Z])", r"_\1", type(one.event).__name__).lower(),
        "receipt": one.external_id,
        "source": one.source,
        "on": one.event.value_date.isoformat(),
        "recorded_on": bogota_day(one.recorded_at).isoformat(),
        "reversed_by": changes.reversed_by.get(one.event.id),
        "details": _details(one.event),
        **_went(movement),
    }


def _went(movement: Movement | None) -> Json:
    """Where money went; an event that is reversed, or moves none, has no movement."""
    allocations = movement.allocations if movement else ()
    return {
        "allocation": [{"row": row} | parts_json(parts) for row, parts in allocations],
        "allocated": parts_json(movement.parts if movement else NOTHING),
        "credit_after": pesos_text(movement.credit) if movement else None,
    }


def _details(value: Any) -> Json:
    """An event's own columns, without what stands beside them."""
    return {
        _NAMES.get(field.name, field.name): _plain(getattr(value, field.name))
        for field in fields(value)
        if field.name not in {"id", "value_date"}
    }


def _plain(value: Any) -> Any:
    """Dispatch by type; text, a choice, a yes or no, and nothing at all stay as they are."""
    write = _WRITERS.get(type(value))
    if write:
        return write(value)
    if is_dataclass(value):
        return _details(value)
    return value.value if isinstance(value, StrEnum) else value


_WRITERS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        Terms: terms_json,
        tuple: lambda items: [_plain(item) for item in items],
        date: date.isoformat,
        Decimal: agreed_rate,
        int: pesos_text,
    }
)
