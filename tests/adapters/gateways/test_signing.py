"""Signatures and checksums against the vendors' published vectors and others computed apart."""

import json
from datetime import datetime
from typing import Any

import pytest

from finportal.adapters.gateways import wompi_signing
from finportal.adapters.gateways.errors import BadSignature, Unreadable
from finportal.adapters.gateways.placetopay_signing import (
    auth_block,
    notification_signature,
    signature_matches,
    tran_key,
)
from finportal.lending.money import Centavos

NONCE, SEED, SECRET = b"ifYEPnAcJbpDVR1t", "2016-10-26T21:37:00+00:00", "ABCD1234"
SITE = "024h1IlD"
NOTICES = [
    (
        ("83", "APPROVED", "2016-10-10T16:39:57-05:00"),
        "8fb4beea130ab3e75a1de956bd0213892e0f6839",
        "sha256:1a0d78ea2fcc656c718d7fa3dc13d1aef9faea442017b20c705319cb33933454",
    ),
    (
        ("126", "REJECTED", "2016-10-12T01:44:37-05:00"),
        "554fa6c36bd5d1376b192b8bc3a1e3dd9a01e448",
        "sha256:589064d991bc927f0fbed761f3339eb95774ac41200bc97fb314c349708b31c2",
    ),
]
ORDERS = [
    (
        ("sk8-438k4-xmxm392-sn2m", 2490000, "prod_integrity_Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6", ""),
        "37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5",
    ),
    (
        (
            "sk8-438k4-xmxm392-sn2m",
            2490000,
            "prod_integrity_Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6",
            "2023-06-09T20:28:50.000Z",
        ),
        "e972f58e7de36b283fbb93d9318d39a54ffdff4e8e917b534f30d63c9d7bb89c",
    ),
    (
        ("VF000123A1", 68540000, "test_integrity_demo", ""),
        "6e500a68f0cb1c22d69acb7b82569d37adf6518fa77d6024e49c18718214a747",
    ),
]
PAID = {"transaction": {"id": "1234-1610641025-49201", "status": "APPROVED"}}
PAID["transaction"] |= {"amount_in_cents": 4490000}  # type: ignore[dict-item]
USUAL = ["transaction.id", "transaction.status", "transaction.amount_in_cents"]
EVENTS = [
    (
        USUAL,
        "prod_events_OcHnIzeBl5socpwByQ4hA52Em3USQ93Z",
        "5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe",
    ),
    (
        USUAL,
        "test_events_EqCPDEn5x4lRatGPxLhyZd6YTgd6QSrr",
        "c7c03147429efbbcfab3cdf585041c871d577ca183b1387581535add1a061780",
    ),
    (
        ["transaction.status", "transaction.id", "transaction.amount_in_cents"],
        "test_events_demo",
        "8c798cd1f81a47a6a52b9a7a001b0d95d1b500cbe022a0ebd976ffdd10f70c1e",
    ),
]


def test_placetopay_login() -> None:
    assert tran_key(NONCE, SEED, SECRET, "sha1") == "Xi5xrRwrqPU21WE2JI4hyMaCvQ8="
    block = auth_block("site", SECRET, NONCE, datetime.fromisoformat(SEED))
    assert block == {
        "login": "site",
        "nonce": "aWZZRVBuQWNKYnBEVlIxdA==",
        "seed": SEED,
        "tranKey": "NDlpEEAIe8sbKZ6mGWQrZwbyBB62J1LcyP/a/o7LRqY=",
    }


@pytest.mark.parametrize(("said", "sha1", "sha256"), NOTICES)
def test_placetopay_notifications(said: tuple[str, str, str], sha1: str, sha256: str) -> None:
    assert notification_signature(*said, SITE, "sha1") == sha1
    assert notification_signature(*said, SITE) == sha256
    assert signature_matches(sha256, *said, SITE, sha1=False)
    assert signature_matches(sha1, *said, SITE, sha1=True)
    assert not signature_matches(sha1, *said, SITE, sha1=False), "sha1 only where it is allowed"


@pytest.mark.parametrize(
    "forged",
    ["", "sha256:", "md5:0", "sha512:" + "0" * 128, NOTICES[0][2].upper(), NOTICES[0][2][7:], "ñ"],
)
def test_placetopay_takes_no_other_signature(forged: str) -> None:
    assert not signature_matches(forged, *NOTICES[0][0], SITE, sha1=True)


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_wompi_integrity(order: tuple[str, int, str, str], expected: str) -> None:
    reference, amount, secret, expiration = order
    found = wompi_signing.integrity(reference, Centavos(amount), "COP", secret, expiration)
    assert found == expected


@pytest.mark.parametrize(("properties", "secret", "expected"), EVENTS)
def test_wompi_events(properties: list[str], secret: str, expected: str) -> None:
    assert wompi_signing.event_checksum(PAID, properties, 1530291411, secret) == expected
    event = {
        "data": PAID,
        "timestamp": 1530291411,
        "signature": {"properties": properties, "checksum": expected.upper()},
    }
    wompi_signing.check_event(event, "", secret)
    wompi_signing.check_event(event, expected, secret)
    with pytest.raises(BadSignature):
        wompi_signing.check_event(event, "0" * 64, secret)
    with pytest.raises(BadSignature):
        wompi_signing.check_event(event, "", secret + "x")


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": {"properties": ["transaction.absent"], "checksum": "0"}},
        {"signature": {"properties": ["transaction"], "checksum": "0"}},
    ],
)
def test_a_missing_property_is_no_empty_text(changed: dict[str, Any]) -> None:
    event = {"data": PAID, "timestamp": 1} | changed
    with pytest.raises(BadSignature):
        wompi_signing.check_event(event, "", "s")


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        None,
        {"data": PAID, "timestamp": 1, "signature": {"properties": [], "checksum": "0"}},
        {"data": PAID, "timestamp": "1", "signature": {"properties": USUAL, "checksum": "0"}},
        {"data": PAID, "timestamp": 1, "signature": {"properties": [1], "checksum": "0"}},
        {"data": PAID, "timestamp": 1, "signature": {"properties": USUAL}},
        {"data": PAID, "timestamp": 1, "signature": {"properties": USUAL * 50, "checksum": "0"}},
    ],
    ids=json.dumps,
)
def test_an_event_without_its_signature_is_unreadable(event: object) -> None:
    with pytest.raises(Unreadable):
        wompi_signing.check_event(event, "", "s")
