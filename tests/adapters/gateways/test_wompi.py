"""Wompi on the wire: the signed address, the events, and what its answers become."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from finportal.adapters.gateways import Answer, Asked, Method, Payment, Status
from finportal.adapters.gateways.client import Http
from finportal.adapters.gateways.errors import (
    AmountUnreadable,
    AnswerUnreadable,
    BadSignature,
    CredentialsRefused,
    GatewayRefused,
    NotificationRefused,
    NotOffered,
    OtherEnvironment,
    Unreadable,
)
from finportal.adapters.gateways.wompi import Wompi
from finportal.adapters.gateways.wompi_answer import read_transactions
from finportal.adapters.gateways.wompi_signing import event_checksum, integrity
from finportal.gateway_settings import WompiAccount
from finportal.lending.money import Centavos
from tests.doubles import Clock
from tests.gateways import Bank, Portal, Served, order

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
ACCOUNT = WompiAccount(
    public_key="pub_test_x",
    private_key=SecretStr("prv_test_x"),
    integrity_secret=SecretStr("test_integrity_x"),
    events_secret=SecretStr("test_events_x"),
)
PAID: dict[str, Any] = {
    "id": "1-2-3",
    "status": "APPROVED",
    "reference": "P-1",
    "amount_in_cents": 4490000,
    "currency": "COP",
    "payment_method_type": "CARD",
    "created_at": "2026-11-23T04:58:00.000Z",
    "finalized_at": "2026-11-23T04:59:59.000Z",
}
ASKED = Asked("P-1", None)


def event(secret: str = "test_events_x", **changed: Any) -> bytes:
    properties = ["transaction.id", "transaction.status"]
    data = {"transaction": PAID}
    said = {
        "event": "transaction.updated",
        "data": data,
        "environment": "test",
        "timestamp": 7,
        "signature": {
            "properties": properties,
            "checksum": event_checksum(data, properties, 7, secret),
        },
    }
    return json.dumps(said | changed).encode()


def read(body: bytes, **headers: str) -> object:
    return Wompi(ACCOUNT, Http(), lambda: NOW).read_notification(headers, body)


def test_the_signed_address_says_all(clock: Clock) -> None:
    made = order(clock, "https://portal.lender.example", opened_on=date(2024, 3, 1))
    started = Wompi(ACCOUNT, Http(), clock).start(made)
    parts = urlsplit(started.go_to)
    values = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://checkout.wompi.co/p/"
    expiration = "2026-11-23T15:30:00.000Z"
    assert values == {
        "public-key": "pub_test_x",
        "currency": "COP",
        "amount-in-cents": "68540050",
        "reference": "P-000123-1",
        "signature:integrity": integrity(
            "P-000123-1", Centavos(68_540_050), "COP", "test_integrity_x", expiration
        ),
        "redirect-url": "https://portal.lender.example/pagos/t0ken",
        "expiration-time": expiration,
        "customer-data:email": "ana@correo.example",
        "customer-data:full-name": "Ana Ruiz",
        "customer-data:phone-number": "3001234567",
        "customer-data:phone-number-prefix": "+57",
        "customer-data:legal-id": "1012345678",
        "customer-data:legal-id-type": "CC",
        "payment-method:reference-one": "190.0.2.7",
        "payment-method:reference-two": "20240301",
    }
    assert "secret" not in started.go_to
    assert "test_integrity" not in started.go_to


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ("amount-in-cents=1", 403),
        ("reference=P-9", 403),
        ("expiration-time=2030-01-01T00:00:00.000Z", 403),
        ("currency=USD", 403),
        ("public-key=pub_test_other", 422),
    ],
)
def test_a_changed_address_is_refused(
    bank: Bank, clock: Clock, portal: Portal, changed: str, status: int
) -> None:
    address = bank.gateway("wompi").start(order(clock, portal.address)).go_to
    name = changed.partition("=")[0]
    kept = [pair for pair in address.split("?")[1].split("&") if not pair.startswith(f"{name}=")]
    tampered = f"{address.split('?')[0]}?{'&'.join([*kept, changed])}"
    assert bank.visit(tampered)[0] == status
    assert bank.control()["orders"] == []


def test_other_keys_are_refused(bank: Bank, clock: Clock) -> None:
    wrong = bank.flask.extensions["wompi"].model_copy(update={"private_key": SecretStr("prv_x")})
    with pytest.raises(CredentialsRefused, match="401"):
        Wompi(wrong, Http(), clock).ask(ASKED)


def test_a_number_that_is_nobodys_changes_nothing(bank: Bank, clock: Clock, portal: Portal) -> None:
    gateway = bank.gateway("wompi")
    bank.visit(gateway.start(order(clock, portal.address)).go_to)
    assert gateway.ask(Asked("P-000123-1", "9-9-9")).status is Status.PENDING


def test_a_number_of_another_attempt_is_seen_and_does_not_count(
    bank: Bank, clock: Clock, portal: Portal
) -> None:
    gateway = bank.gateway("wompi")
    for reference in ("P-1", "P-2"):
        bank.visit(gateway.start(order(clock, portal.address, reference=reference)).go_to)
    bank.control(reference="P-1", decide="approved")
    foreign = gateway.ask(Asked("P-1", None)).external_id
    answer = gateway.ask(Asked("P-2", foreign))
    assert (answer.status, answer.external_id, answer.final) == (Status.PENDING, None, False)
    assert [each.reference for each in answer.payments] == ["P-1"]
    assert answer.alerts == ("Wompi: a transaction under another reference",)


def test_an_order_ends_by_itself_and_is_not_cancelled(bank: Bank) -> None:
    with pytest.raises(NotOffered):
        bank.gateway("wompi").cancel(ASKED)


def test_an_unknown_payment_is_not_given_back(bank: Bank) -> None:
    unknown = Payment(
        "9-9-9", Status.APPROVED, "P-1", Centavos(1), "COP", Method.CARD, "", "", NOW, ""
    )
    with pytest.raises(GatewayRefused, match="404"):
        bank.gateway("wompi").reverse(unknown)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["DECLINED", "APPROVED"], Status.APPROVED),
        (["APPROVED", "DECLINED"], Status.APPROVED),
        (["DECLINED", "PENDING"], Status.PENDING),
        (["DECLINED", "ERROR"], Status.REJECTED),
        (["VOIDED", "DECLINED"], Status.REVERSED),
        (["VOIDED", "APPROVED"], Status.APPROVED),
        (["DECLINED", "NEW"], Status.UNKNOWN),
        ([], Status.PENDING),
    ],
)
def test_what_several_tries_amount_to(statuses: list[str], status: Status) -> None:
    found = [PAID | {"id": str(n), "status": name} for n, name in enumerate(statuses)]
    answer = read_transactions(ASKED, found, NOW, "d")
    assert answer.status is status
    assert len(answer.payments) == len(statuses)
    assert bool(answer.alerts) == (status is Status.UNKNOWN)


def test_a_transaction_in_the_portals_words() -> None:
    (payment,) = read_transactions(ASKED, [PAID], NOW, "d").payments
    assert (payment.amount, payment.method) == (Centavos(4_490_000), Method.CARD)
    assert payment.value_date == date(2026, 11, 22), "23:59 in Bogotá, next day in UTC"


def test_an_unfinished_transaction_has_the_date_it_began() -> None:
    pending = PAID | {"status": "PENDING", "finalized_at": None}
    (payment,) = read_transactions(ASKED, [pending], NOW, "d").payments
    assert payment.decided_at == datetime(2026, 11, 23, 4, 58, tzinfo=UTC)


@pytest.mark.parametrize("cents", [None, "x", 1.5, -1, True, 10**16])
def test_an_approved_amount_that_cannot_be_read_is_not_taken(cents: object) -> None:
    found = [json.loads(json.dumps(PAID | {"amount_in_cents": cents}))]
    with pytest.raises(AmountUnreadable):
        read_transactions(ASKED, found, NOW, "d")


@pytest.mark.parametrize(
    "changed", [{"id": None}, {"status": None}, {"finalized_at": "ayer"}, {"created_at": 3.5}]
)
def test_a_transaction_without_what_is_needed_is_unreadable(changed: dict[str, Any]) -> None:
    found = PAID | ({"finalized_at": None} if "created_at" in changed else {}) | changed
    with pytest.raises(AnswerUnreadable):
        read_transactions(ASKED, [found], NOW, "d")


def test_an_event_is_read() -> None:
    told = read(event())
    assert repr(told) == (
        "Notification(event='payment', external_id='1-2-3', reference='P-1', claims='APPROVED')"
    )


def test_an_event_of_the_other_environment_is_refused() -> None:
    with pytest.raises(OtherEnvironment):
        read(event(environment="prod"))


def test_an_event_of_an_unknown_kind_is_only_acknowledged() -> None:
    assert "event='nequi_token.updated'" in repr(read(event(event="nequi_token.updated")))


@pytest.mark.parametrize(
    "body",
    [event("other secret"), event(timestamp=8), event(data={"transaction": PAID | {"id": "4"}})],
)
def test_a_changed_event_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        read(body)


def test_a_header_that_disagrees_is_refused() -> None:
    with pytest.raises(BadSignature):
        read(event(), **{"x-event-checksum": "0" * 64})


@pytest.mark.parametrize("body", [b"{}", b"[]", b"", b"null", b"\xff", b" " * 70_000])
def test_other_events_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
PARTS = st.fixed_dictionaries(
    {"timestamp": st.integers(), "data": st.just({"transaction": PAID}) | JSON},
    optional={
        "signature": st.fixed_dictionaries(
            {
                "properties": st.lists(st.sampled_from(["transaction.id", "transaction", ""])),
                "checksum": st.text(),
            }
        )
    },
)


@given(
    st.binary() | (JSON | PARTS).map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(["X-Event-Checksum", "Host"]), st.text()),
)
def test_any_bytes_are_a_named_refusal(body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(NotificationRefused):
        read(body, **headers)


@given(
    st.lists(
        JSON
        | st.builds(
            lambda more: PAID | more,
            st.dictionaries(st.sampled_from(sorted(PAID)), JSON, max_size=3),
        )
    )
)
def test_any_answer_is_read_or_named(found: list[Any]) -> None:
    try:
        read_transactions(ASKED, found, NOW, "d")
    except AnswerUnreadable:
        return


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "422 Unprocessable Entity"])
def test_a_number_that_is_refused_hides_no_payment(clock: Clock, status: str) -> None:
    assert asked_by_number(clock, status).status is Status.APPROVED


def test_a_key_that_is_refused_is_told(clock: Clock) -> None:
    with pytest.raises(CredentialsRefused):
        asked_by_number(clock, "401 Unauthorized")


def asked_by_number(clock: Clock, status: str) -> Answer:
    """What is learnt where the list is good and the look-up of one number is answered so."""

    def app(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        listed = environ["QUERY_STRING"]
        start("200 OK" if listed else status, [])
        return [json.dumps({"data": [PAID]} if listed else {"error": {"type": "NO"}}).encode()]

    with Served(app) as served:
        account = ACCOUNT.model_copy(update={"api": served.address})
        return Wompi(account, Http(connect=1), clock).ask(Asked("P-1", "9-9-9"))
