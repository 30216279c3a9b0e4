"""Wompi's two checksums: ours on an order, Wompi's on an event.

Source: Wompi documentation, "Widget & Checkout Web" (integrity signature) and "Eventos". The worked
event checksum printed there is not the SHA-256 of the text beside it; the tests use others.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from finportal.adapters.gateways.errors import BadSignature, Unreadable
from finportal.adapters.gateways.reading import at
from finportal.lending.money import Centavos

MOST_PROPERTIES = 30


def integrity(
    reference: str, amount: Centavos, currency: str, secret: str, expiration: str = ""
) -> str:
    """hex(SHA-256(reference + cents + currency + [expiration] + integrity secret))."""
    return hashlib.sha256(f"{reference}{amount}{currency}{expiration}{secret}".encode()).hexdigest()


def event_checksum(data: Any, properties: Sequence[str], timestamp: int, secret: str) -> str:
    """hex(SHA-256(the properties' values in their order + timestamp + events secret)).

    `properties` are dotted paths below `data`. Raises BadSignature for one that is missing: it
    never counts as an empty text.
    """
    values = [at(data, path) for path in properties]
    if not all(isinstance(value, str) or type(value) is int for value in values):
        raise BadSignature("an event without a property it says is signed")
    signed = "".join(str(value) for value in values)
    return hashlib.sha256(f"{signed}{timestamp}{secret}".encode()).hexdigest()


def check_event(found: Any, header: str, secret: str) -> None:
    """Check an event's checksum, and the header's copy where there is one, in constant time.

    Raises Unreadable for an event without a signature, BadSignature for a wrong one.
    """
    properties, timestamp = at(found, "signature.properties"), at(found, "timestamp")
    checksum = at(found, "signature.checksum")
    if not (
        isinstance(properties, list)
        and 0 < len(properties) <= MOST_PROPERTIES
        and all(isinstance(path, str) for path in properties)
        and type(timestamp) is int
        and isinstance(checksum, str)
    ):
        raise Unreadable("an event without properties, checksum or timestamp")
    expected = event_checksum(at(found, "data"), properties, timestamp, secret).encode()
    given = [checksum, header] if header else [checksum]
    matches = [hmac.compare_digest(each.lower().encode(), expected) for each in given]
    if not all(matches):
        raise BadSignature("an event not signed with the events secret")
