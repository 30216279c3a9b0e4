"""Notifications over real HTTP: proven ones act, others do nothing, and no browser gets in."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from finportal.models import GatewayNotification, PaymentAttempt
from tests.gateways import Portal
from tests.pages.conftest import Shop

BOTH = pytest.mark.parametrize("gateway_name", ["placetopay", "wompi"])
PATH = "/avisos/placetopay"


def told(shop: Shop, reference: str, plan: str) -> tuple[str, dict[str, str], bytes]:
    """What the gateway would send of an outcome, caught on its way."""
    with Portal() as caught:
        app, shop.listening.app = shop.listening.app, caught.app
        shop.bank.control(reference=reference, decide=plan, method="pse", tick=True)
        shop.listening.app = app
    return caught.notices[-1]


def send(shop: Shop, body: bytes, path: str = PATH, **headers: str) -> Any:
    """Somebody sends something; no cookies come along."""
    client = shop.app.test_client(use_cookies=False)
    sent = {"Content-Type": "application/json"} | headers
    return client.post(path, data=body, headers=sent)


def kept(shop: Shop) -> int:
    """How many notifications are in the inbox."""
    with shop.db.read() as session:
        return len(session.scalars(select(GatewayNotification.id)).all())


@BOTH
def test_a_proven_notification_posts_without_any_return(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "approved")
    assert len(shop.paid) == 1
    [order] = shop.bank.control()["orders"]
    assert order["told"] == [["200"]]


def test_the_same_twice_posts_once(shop: Shop) -> None:
    reference = shop.begin()
    path, _, body = told(shop, reference, "approved")
    assert [send(shop, body, path).status_code for _ in range(2)] == [200, 200]
    assert len(shop.paid) == 1
    assert kept(shop) == 1


@BOTH
def test_a_forged_one_is_refused(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "forged")
    [order] = shop.bank.control()["orders"]
    assert order["told"][0][0] == "400"
    assert shop.paid == []


def test_a_tampered_one_is_refused(shop: Shop) -> None:
    reference = shop.begin()
    path, _, body = told(shop, reference, "declined")
    said = json.loads(body)
    said["status"]["status"] = "APPROVED"
    assert send(shop, json.dumps(said).encode(), path).status_code == 400
    assert shop.paid == []


def test_one_for_nobody_is_kept_and_posts_nothing(shop: Shop) -> None:
    reference = shop.begin()
    path, _, body = told(shop, reference, "approved")
    with shop.db.write() as session:
        attempt = session.scalars(select(PaymentAttempt)).one()
        attempt.external_id, attempt.reference = "999", "100000000000-OTHER"
    assert send(shop, body, path).status_code == 200
    assert shop.paid == []
    assert kept(shop) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"\xff\x00", b"[" * 5000])
def test_rubbish_is_refused(open_shop: Shop, body: bytes) -> None:
    assert send(open_shop, body).status_code == 400


def test_it_sets_no_cookie_and_needs_none(open_shop: Shop) -> None:
    answer = send(open_shop, b"{}", PATH)
    assert "Set-Cookie" not in answer.headers
    assert answer.get_data() == b"400"


def test_only_json_and_not_too_much_of_it(open_shop: Shop) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        assert send(open_shop, b"{}", **{"Content-Type": kind}).status_code == 415
    assert send(open_shop, b"[" + b" " * (64 * 1024) + b"]").status_code == 413
    assert kept(open_shop) == 0


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_a_browser_of_another_site_is_refused(open_shop: Shop, headers: dict[str, str]) -> None:
    assert send(open_shop, b"{}", **headers).status_code == 403
    assert kept(open_shop) == 0


def test_json_is_taken_nowhere_else(open_shop: Shop) -> None:
    for path in ("/pagar", "/registro", "/documentos/extracto", "/sesion"):
        assert send(open_shop, b"{}", path).status_code == 415


def test_there_is_nothing_to_see(open_shop: Shop) -> None:
    client = open_shop.app.test_client(use_cookies=False)
    assert client.get(PATH).status_code == 405
    assert client.post("/avisos/other").status_code == 404


def test_without_a_secret_nobody_is_listened_to(app: Any) -> None:
    client = app.test_client(use_cookies=False)
    assert client.post(PATH, data=b"{}", content_type="application/json").status_code == 404
