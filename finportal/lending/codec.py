"""The codec: terms, events, states and snapshots as canonical JSON, and back without loss.

Centavos are integers, rates and dates are strings, choices are their values; keys are sorted and
nothing is spaced, so equal values have equal bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from finportal.lending.errors import LendingError
from finportal.lending.events import Event, MoneyEvent
from finportal.lending.snapshots import Snapshot
from finportal.lending.state import State
from finportal.lending.terms import Terms

Built = TypeVar("Built")


class Unreadable(LendingError):
    """This is no {what} as the engine writes it: {reason}."""


def dump(value: Terms | Event | State | Snapshot) -> str:
    """The canonical JSON of a value; an event names its type."""
    plain = _plain(value)
    if isinstance(value, Event):
        plain["type"] = type(value).__name__
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load_terms(text: str) -> Terms:
    """The terms that `dump` wrote. Raises Unreadable, and what Terms raises."""
    return _load(text, Terms)


def load_state(text: str) -> State:
    """The state that `dump` wrote. Raises Unreadable."""
    return _load(text, State)


def load_snapshot(text: str) -> Snapshot:
    """The snapshot that `dump` wrote. Raises Unreadable, and what Terms raises."""
    return _load(text, Snapshot)


def load_event(text: str) -> Event:
    """The event that `dump` wrote. Raises Unreadable, and what the event raises."""
    plain = _object(text, "event")
    kind = _event_types().get(plain.pop("type", ""))
    if kind is None:
        raise Unreadable(what="event", reason="its type is unknown")
    event: Event = _built(kind, plain)
    return event


@cache
def _event_types() -> Mapping[str, type[Event]]:
    kinds = [*Event.__subclasses__(), *MoneyEvent.__subclasses__()]
    return {kind.__name__: kind for kind in kinds if kind is not MoneyEvent}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _load(text: str, kind: type[Built]) -> Built:
    built: Built = _built(kind, _object(text, kind.__name__))
    return built


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        plain = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise Unreadable(what=what, reason=str(error)) from error
    if not isinstance(plain, dict):
        raise Unreadable(what=what, reason="it is no object")
    return plain


def _built(kind: Any, plain: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    try:
        return kind(**{name: _typed(hints[name], value) for name, value in plain.items()})
    except LendingError:
        raise
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(what=kind.__name__, reason=repr(error)) from error


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _typed(hint: Any, value: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        return None if value is None else _typed(get_args(hint)[0], value)
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], item) for item in value)
    if isinstance(hint, NewType):
        return _typed(hint.__supertype__, value)
    return _scalar(hint, value)


def _scalar(kind: type, value: Any) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if is_dataclass(kind):
        return _built(kind, value)
    if issubclass(kind, tuple):
        return kind(*map(_typed, _hints(kind).values(), value))
    if kind is Decimal or issubclass(kind, StrEnum):
        return kind(value)
    if type(value) is not kind:
        raise Unreadable(what=kind.__name__, reason=repr(value))
    return value
