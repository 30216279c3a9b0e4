"""Placetopay on the wire: what is sent, what is refused, what its stranger answers become."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from finportal.adapters.gateways import Asked, Method, Payer, Status
from finportal.adapters.gateways.client import Http
from finportal.adapters.gateways.errors import (
    AmountUnreadable,
    AnswerUnreadable,
    BadSignature,
    CredentialsRefused,
    GatewayDown,
    GatewayRefused,
    NotificationRefused,
    NotOffered,
    OrderUnfit,
    Unreadable,
)
from finportal.adapters.gateways.leading import checked
from finportal.adapters.gateways.placetopay import Placetopay
from finportal.adapters.gateways.placetopay_answer import read_session
from finportal.adapters.gateways.placetopay_order import session_request
from finportal.adapters.gateways.placetopay_signing import notification_signature
from finportal.adapters.gateways.reading import read_json
from finportal.gateway_settings import PlacetopayAccount
from finportal.lending.money import Centavos
from tests.doubles import Clock
from tests.gateways import Bank, Portal, Served, order

PORTAL = "https://portal.lender.example"
PAID: dict[str, Any] = {
    "status": {
        "status": "APPROVED",
        "reason": "00",
        "message": "Aprobada",
        "date": "2016-10-10T23:59:57-05:00",
    },
    "internalReference": 1447466623,
    "reference": "0001",
    "paymentMethod": "pse",
    "franchise": "_PSE_",
    "amount": {"from": {"currency": "COP", "total": "1000000.00"}, "factor": 1},
    "authorization": "1468228",
    "receipt": "1476138665",
    "refunded": False,
    "processorFields": [{"keyword": "trazabilyCode", "value": "1468228"}],
}


def session(*payments: dict[str, Any], status: str = "APPROVED") -> dict[str, Any]:
    return {
        "requestId": 83,
        "status": {"status": status, "reason": "00", "date": "2016-10-10T16:39:57-05:00"},
        "request": {"payment": {"reference": "0001"}},
        "payment": list(payments),
    }


def paid(**changed: Any) -> dict[str, Any]:
    return PAID | changed


def amount(total: object, currency: str = "COP") -> dict[str, Any]:
    return {"amount": {"from": {"currency": currency, "total": total}}}


def with_status(name: str) -> dict[str, Any]:
    return {"status": PAID["status"] | {"status": name}}


def alone(clock: Clock, address: str = "http://127.0.0.1:9", **changed: Any) -> Placetopay:
    account = PlacetopayAccount(host=address, login="site", secret=SecretStr("024h1IlD"), **changed)
    return Placetopay(account, Http(connect=1), clock)


def test_the_session_is_asked_for_as_documented(clock: Clock) -> None:
    opened = date(2024, 3, 1)
    body = session_request(order(clock, PORTAL, opened_on=opened, beneficiary="10045"))
    assert body == {
        "locale": "es_CO",
        "ipAddress": "190.0.2.7",
        "userAgent": "Firefox",
        "returnUrl": f"{PORTAL}/pagos/t0ken",
        "expiration": (clock() + timedelta(minutes=30)).isoformat(),
        "skipResult": True,
        "payment": {
            "reference": "P-000123-1",
            "description": "Cuota 7 crédito 10045",
            "amount": {"currency": "COP", "total": body["payment"]["amount"]["total"]},
            "allowPartial": False,
        },
        "fields": [{"keyword": "attempt", "value": "t0ken", "displayOn": "none"}],
        "metadata": {"openingDate": "2024-03-01", "beneficiaryId": "10045"},
        "buyer": {
            "documentType": "CC",
            "document": "1012345678",
            "name": "Ana Ruiz",
            "email": "ana@correo.example",
            "mobile": "3001234567",
        },
        "paymentMethod": "pse",
    }
    assert str(body["payment"]["amount"]["total"]) == "685400.50"


@pytest.mark.parametrize(
    ("kind", "document", "sent"),
    [
        ("CC", "0123456", None),
        ("NIT", "9000000005", "NIT"),
        ("NIT", "900000000-5", None),
        ("PAS", "AB12345", "PPN"),
        ("CE", "E123456", "CE"),
        ("PPT", "1234567", None),
    ],
)
def test_a_document_placetopay_would_refuse_is_left_to_the_customer(
    clock: Clock, kind: str, document: str, sent: str | None
) -> None:
    buyer = session_request(order(clock, PORTAL, payer=Payer(kind, document)))
    assert buyer.get("buyer", {}).get("documentType") == sent


@pytest.mark.parametrize(
    "changed",
    [
        {"reference": ""},
        {"reference": "x" * 33},
        {"reference": "a|b"},
        {"amount": Centavos(0)},
        {"amount": 1.5},
        {"expires_at": datetime(2026, 12, 1)},  # noqa: DTZ001
        {"expires_at": datetime(2026, 11, 23, 15, 4, tzinfo=UTC)},
        {"return_url": "https://portal.lender.example/" + "x" * 255},
    ],
)
def test_an_unfit_order_is_not_sent(clock: Clock, changed: dict[str, Any]) -> None:
    with pytest.raises(OrderUnfit):
        alone(clock).start(order(clock, PORTAL, **changed))


@pytest.mark.parametrize("drift", [-301, 301])
def test_a_clock_that_drifts_is_told_apart(
    bank: Bank, clock: Clock, portal: Portal, drift: int
) -> None:
    other = Clock(clock.now)
    gateway = Placetopay(bank.flask.extensions["placetopay"], Http(), other)
    started = gateway.start(order(clock, portal.address))
    other.forward(seconds=drift)
    with pytest.raises(CredentialsRefused, match="401 103"):
        gateway.ask(Asked(started.reference, started.external_id))


@pytest.mark.parametrize(
    ("changed", "number"), [({"login": "x"}, "101"), ({"secret": SecretStr("x")}, "102")]
)
def test_other_credentials_are_refused(
    bank: Bank, clock: Clock, changed: dict[str, Any], number: str
) -> None:
    account = bank.flask.extensions["placetopay"].model_copy(update=changed)
    with pytest.raises(CredentialsRefused, match=f"401 {number}"):
        Placetopay(account, Http(), clock).start(order(clock, bank.settings.base_url))


def test_a_nonce_is_good_once(bank: Bank, clock: Clock) -> None:
    gateway = Placetopay(bank.flask.extensions["placetopay"], Http(), clock, lambda _: b"same")
    gateway.start(order(clock, bank.settings.base_url))
    with pytest.raises(CredentialsRefused):
        gateway.start(order(clock, bank.settings.base_url, reference="P-2"))


def test_cancelling(bank: Bank, clock: Clock, portal: Portal) -> None:
    gateway = bank.gateway("placetopay")
    started = gateway.start(order(clock, portal.address))
    asked = Asked(started.reference, started.external_id)
    answer = gateway.cancel(asked)
    assert (answer.status, answer.final, answer.reason) == (Status.REJECTED, True, "MC")
    bank.visit(started.go_to, plan="approved")
    assert gateway.ask(asked).status is Status.REJECTED


@pytest.mark.parametrize("plan", ["approved", "pending"])
def test_what_is_paid_or_under_way_cannot_be_cancelled(
    bank: Bank, clock: Clock, portal: Portal, plan: str
) -> None:
    gateway = bank.gateway("placetopay")
    started = gateway.start(order(clock, portal.address))
    bank.visit(started.go_to, plan=plan)
    with pytest.raises(GatewayRefused, match="action_not_allowed"):
        gateway.cancel(Asked(started.reference, started.external_id))


@pytest.mark.parametrize("own_id", [None, "", "../1", "1/cancel"])
def test_without_its_number_a_session_cannot_be_found(clock: Clock, own_id: str | None) -> None:
    with pytest.raises(NotOffered):
        alone(clock).ask(Asked("P-1", own_id))


def test_an_unknown_session_is_a_refusal(bank: Bank) -> None:
    with pytest.raises(GatewayRefused, match="404"):
        bank.gateway("placetopay").ask(Asked("P-1", "99"))


def answering(status: str, body: object) -> Callable[..., Iterable[bytes]]:
    def app(environ: object, start: Callable[..., object]) -> list[bytes]:
        start(status, [])
        return [json.dumps(body).encode()]

    return app


def test_failed_with_status_200_is_a_refusal_and_no_rejection(clock: Clock) -> None:
    failed = {"status": {"status": "FAILED", "reason": "401", "message": "102\nx"}}
    with (
        Served(answering("200 OK", failed)) as served,
        pytest.raises(CredentialsRefused, match=r"^401 102 x$"),
    ):
        alone(clock, served.address).ask(Asked("P-1", "1"))


@pytest.mark.parametrize("body", [{}, [], None, {"status": {"status": "OK"}}, {"requestId": 1}])
def test_an_answer_without_what_is_needed_is_unreadable(clock: Clock, body: object) -> None:
    with Served(answering("200 OK", body)) as served, pytest.raises(AnswerUnreadable):
        alone(clock, served.address).start(order(clock, PORTAL))


def test_a_session_in_the_clients_own_example() -> None:
    refused = paid(**with_status("REJECTED"), internalReference=7, amount=None)
    answer = read_session(session(PAID, refused), "d")
    assert (answer.status, answer.external_id) == (Status.APPROVED, "83")
    first, second = answer.payments
    assert (first.id, first.amount) == ("1447466623", Centavos(100_000_000))
    assert first.decided_at == datetime(2016, 10, 11, 4, 59, 57, tzinfo=UTC)
    assert first.value_date == date(2016, 10, 10), "23:59 in Bogotá is still that day"
    assert (second.status, second.amount) == (Status.REJECTED, None)


@pytest.mark.parametrize(
    ("total", "centavos"),
    [("1000000.00", 100_000_000), ("1000000", 100_000_000)],
)
def test_totals_are_numbers_or_texts(total: str, centavos: int) -> None:
    for written in (total, f'"{total}"'):
        found = read_json(json.dumps(session(paid(**amount("T")))).replace('"T"', written).encode())
        assert read_session(found, "d").payments[0].amount == centavos


@pytest.mark.parametrize("total", ["1000000.005", "NaN", None, True, -1, [], "1.000.000"])
def test_a_payment_whose_amount_cannot_be_read_is_not_taken(total: object) -> None:
    with pytest.raises(AmountUnreadable):
        read_session(session(paid(**amount(total))), "d")


@pytest.mark.parametrize("state", ["APPROVED_PARTIAL", "PARTIAL_EXPIRED", "NEW", "OK"])
def test_an_unknown_state_is_pending_with_an_alert(state: str) -> None:
    answer = read_session(session(status=state), "d")
    assert (answer.status, answer.final, len(answer.alerts)) == (Status.UNKNOWN, False, 1)


@pytest.mark.parametrize("state", ["FAILED", "ERROR", "UNKNOWN", "NEW"])
def test_a_payment_in_an_unknown_state_raises_an_alert(state: str) -> None:
    answer = read_session(session(paid(**with_status(state)), status="PENDING"), "d")
    assert (answer.status, answer.payments[0].status) == (Status.PENDING, Status.UNKNOWN)
    assert len(answer.alerts) == 1


def test_approved_without_an_approved_payment_is_not_believed() -> None:
    answer = read_session(session(paid(**with_status("REJECTED"))), "d")
    assert (answer.status, answer.final) == (Status.UNKNOWN, False)


@pytest.mark.parametrize("changed", [{"status": {"status": "APPROVED"}}, {"internalReference": ""}])
def test_a_payment_without_date_or_number_is_unreadable(changed: dict[str, Any]) -> None:
    with pytest.raises(AnswerUnreadable):
        read_session(session(paid(**changed)), "d")


@pytest.mark.parametrize(
    ("code", "method"),
    [("pse", Method.PSE), ("VISA", Method.CARD), ("efecty", Method.CASH), ("new", Method.OTHER)],
)
def test_methods(code: str, method: Method) -> None:
    assert read_session(session(paid(paymentMethod=code)), "d").payments[0].method is method


SAID = {
    "requestId": 83,
    "reference": "0001",
    "status": {"status": "APPROVED", "date": "2016-10-10T16:39:57-05:00"},
}
SHA1 = notification_signature("83", "APPROVED", "2016-10-10T16:39:57-05:00", "024h1IlD", "sha1")


def test_a_site_that_was_not_switched_may_use_sha1(clock: Clock) -> None:
    body = json.dumps(SAID | {"signature": SHA1}).encode()
    assert alone(clock, sha1_notifications=True).read_notification({}, body).external_id == "83"
    with pytest.raises(BadSignature):
        alone(clock).read_notification({}, body)


@pytest.mark.parametrize(
    "changed",
    [
        {"requestId": 84},
        {"status": {"status": "REJECTED", "date": "2016-10-10T16:39:57-05:00"}},
        {"status": {"status": "APPROVED", "date": "2016-10-10T21:39:57Z"}},
        {"signature": ""},
        {"signature": None},
        {"signature": f"sha1:{SHA1}"},
    ],
)
def test_a_changed_notification_is_refused(clock: Clock, changed: dict[str, Any]) -> None:
    body = json.dumps(SAID | {"signature": SHA1} | changed).encode()
    with pytest.raises(BadSignature):
        alone(clock, sha1_notifications=True).read_notification({}, body)


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b"", b'{"internalReference": 1}', b" " * 70_000]
)
def test_other_notifications_are_unreadable(clock: Clock, body: bytes) -> None:
    with pytest.raises(Unreadable):
        alone(clock).read_notification({}, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "requestId": JSON,
        "signature": JSON | st.just(f"sha256:{hashlib.sha256(b'').hexdigest()}"),
        "status": st.fixed_dictionaries({}, optional={"status": JSON, "date": JSON}) | JSON,
    },
)


@given(st.binary() | (JSON | PARTS).map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_named_refusal(body: bytes) -> None:
    with pytest.raises(NotificationRefused):
        alone(Clock(), sha1_notifications=True).read_notification({}, body)


@given(JSON | st.fixed_dictionaries({"status": st.just(PAID["status"]), "payment": JSON}))
def test_any_answer_is_read_or_named(value: Any) -> None:
    try:
        read_session(value, "d")
    except AnswerUnreadable:
        return


def test_sha1_login_for_sites_not_switched(clock: Clock) -> None:
    seen: list[dict[str, Any]] = []

    def app(environ: Any, start: Callable[..., object]) -> list[bytes]:
        seen.append(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        start("500 Oh", [])
        return [b""]

    with Served(app) as served, pytest.raises(GatewayDown):
        alone(clock, served.address, sha1_login=True).ask(Asked("P-1", "1"))
    (sent,) = seen
    assert set(sent) == {"auth"}
    assert len(base64.b64decode(sent["auth"]["tranKey"])) == 20


@pytest.mark.parametrize(
    "address",
    [
        "https://checkout.placetopay.com/session/1/ab",
        "https://checkout.placetopay.com:443/session/1/ab",
        "https://pagos.placetopay.com/session/1",
    ],
)
def test_a_page_of_the_gateway_is_gone_to(address: str) -> None:
    assert checked(address, "https://checkout.placetopay.com") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://checkout.placetopay.com/session/1",
        "https://placetopay.com.evil.example/session/1",
        "https://evilplacetopay.com/",
        "https://checkout.placetopay.com@evil.example/",
        "https://evil.example\\.placetopay.com/",
        "https://checkout.placetopay.com:8443/",
        "//checkout.placetopay.com/",
        "javascript:alert(1)//checkout.placetopay.com",
        "https://[checkout.placetopay.com/",
        "https://checkout.placetopay.com:x/",
        "https://checkout.placetopay.com/\n",
        "https://checkout.placetopay.com/a b",
        "https://checkout.placetopay.com/" + "a" * 2048,
    ],
)
def test_nobody_is_sent_elsewhere(address: str) -> None:
    with pytest.raises(AnswerUnreadable):
        checked(address, "https://checkout.placetopay.com")


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("https://otra.com.co/", "https://checkout.placetopay.com.co"),
        ("https://com.co/", "https://checkout.placetopay.com.co"),
        ("https://0.0.1/", "https://127.0.0.1"),
        ("http://127.0.0.1:81/", "http://127.0.0.1:80"),
        ("https://localhost.evil.example/", "http://localhost:8080"),
    ],
)
def test_a_domain_is_one_company_s(address: str, account: str) -> None:
    with pytest.raises(AnswerUnreadable):
        checked(address, account)


@pytest.mark.parametrize(
    "changed", [{"processUrl": "https://evil.example/"}, {"requestId": "1/../2"}]
)
def test_a_session_that_leads_elsewhere_is_not_begun(clock: Clock, changed: dict[str, Any]) -> None:
    body = {"status": {"status": "OK"}, "requestId": 1}
    with Served(answering("200 OK", body)) as served:
        body |= {"processUrl": f"{served.address}/session/1"}
        assert alone(clock, served.address).start(order(clock, PORTAL)).external_id == "1"
        body |= changed
        with pytest.raises(AnswerUnreadable):
            alone(clock, served.address).start(order(clock, PORTAL))
