"""The fake gateway itself: it retries as Wompi does, checks what it is sent, and keeps to demos."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finportal.adapters.gateways import Asked, Status
from finportal.adapters.gateways.client import Http
from finportal.adapters.gateways.errors import GatewayDown
from finportal.adapters.gateways.placetopay_order import session_request
from finportal.adapters.gateways.placetopay_signing import auth_block
from finportal.demo.gateway import create_gateway
from finportal.demo.gateway.plans import FAULTS, OPERATIONS, PLANS
from finportal.settings import Misconfigured, Settings
from tests.doubles import Clock
from tests.gateways import KEYS, Bank, Portal, order


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as listening:
        yield listening


@pytest.fixture
def bank(tmp_path: Path, clock: Clock, portal: Portal) -> Iterator[Bank]:
    with Bank(tmp_path, clock, portal.address) as serving:
        yield serving


def approved(bank: Bank, clock: Clock, portal: Portal, name: str) -> None:
    """An order that a customer paid at once."""
    _, leads_to, _ = bank.visit(bank.gateway(name).start(order(clock, portal.address)).go_to)
    assert bool(leads_to) == (name == "wompi")
    bank.control(reference="P-000123-1", decide="approved")


def test_it_is_never_there_for_real_customers(clock: Clock) -> None:
    with pytest.raises(Misconfigured):
        create_gateway(Settings(mode="production", **KEYS), clock)


def test_wompi_repeats_a_notice_three_times_and_then_never(
    bank: Bank, clock: Clock, portal: Portal
) -> None:
    approved(bank, clock, portal, "wompi")
    portal.statuses = ["500 Oh", "302 Found", "204 No Content", "404 Not Found"]
    bank.control(tick=True)
    for hours, expected in [(0.4, 1), (0.2, 2), (2.9, 2), (0.2, 3), (23.9, 3), (0.2, 4), (99, 4)]:
        clock.forward(hours=hours)
        told = bank.control(tick=True)["orders"][0]["told"]
        assert len(portal.notices) == expected
    assert told == [["status 500", "status 302", "204", "404"]]
    assert len({body for _, _, body in portal.notices}) == 1
    assert {path for path, _, _ in portal.notices} == {"/avisos/wompi"}


def test_placetopay_never_repeats(bank: Bank, clock: Clock, portal: Portal) -> None:
    approved(bank, clock, portal, "placetopay")
    portal.statuses = ["500 Oh"]
    for _ in range(3):
        bank.control(tick=True)
        clock.forward(hours=30)
    assert [path for path, _, _ in portal.notices] == ["/avisos/placetopay"]


def test_a_notice_that_was_taken_is_not_repeated(bank: Bank, clock: Clock, portal: Portal) -> None:
    approved(bank, clock, portal, "wompi")
    for _ in range(3):
        bank.control(tick=True)
        clock.forward(hours=30)
    assert len(portal.notices) == 1


def test_a_portal_that_is_down_does_not_stop_the_bank(
    tmp_path: Path, clock: Clock, portal: Portal
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with Bank(tmp_path, clock, nobody) as bank:
        approved(bank, clock, portal, "wompi")
        assert bank.control(tick=True)["orders"][0]["told"] == [["no connection"]]


@pytest.mark.parametrize(
    "sent",
    [
        {"next": "unknown"},
        {"fault": {"kind": "html"}},
        {"reference": "nobody's", "decide": "approved"},
    ],
)
def test_control_refuses_what_it_does_not_know(bank: Bank, sent: dict[str, Any]) -> None:
    reply = bank.flask.test_client().post("/control", json=sent)
    assert reply.status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"next": NaN}'])
@pytest.mark.parametrize("path", ["/control", "/api/session", "/api/session/1"])
def test_what_is_no_json_object_is_refused(bank: Bank, path: str, body: bytes) -> None:
    reply = bank.flask.test_client().post(path, data=body, content_type="application/json")
    assert reply.status_code == 400


def test_a_request_without_its_content_type_is_refused(bank: Bank) -> None:
    assert bank.flask.test_client().post("/api/session", data=b"{}").status_code == 400


@pytest.mark.parametrize(
    ("auth", "number"),
    [
        (None, "100"),
        ({"login": "demo"}, "100"),
        ({"login": "demo", "seed": "now", "nonce": "AA==", "tranKey": ""}, "102"),
        ({"login": "demo", "seed": "2026-11-23T15:00:00", "nonce": "AA==", "tranKey": ""}, "102"),
        ({"login": "demo", "seed": "2026-11-23T15:00:00Z", "nonce": "-", "tranKey": ""}, "102"),
        ({"login": "demo", "seed": 5, "nonce": "AA==", "tranKey": ""}, "102"),
    ],
)
def test_a_bad_login_gets_its_number(bank: Bank, auth: object, number: str) -> None:
    reply = bank.flask.test_client().post("/api/session", json={"auth": auth})
    assert (reply.status_code, reply.get_json()["status"]["message"]) == (401, number)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"returnUrl": ""}, "missing: returnUrl"),
        ({"payment": {"reference": "P", "description": "d", "amount": {"total": "5"}}}, "total"),
        ({"payment": {"reference": "P", "description": "d"}}, "total, currency"),
        ({"expiration": "2026-11-23T15:04:59Z"}, "expiration"),
        ({"payment": {"reference": "x" * 33}}, "reference, description"),
    ],
)
def test_an_order_against_the_rules_is_refused(
    bank: Bank, clock: Clock, portal: Portal, changed: dict[str, Any], named: str
) -> None:
    account = bank.flask.extensions["placetopay"]
    auth = auth_block(account.login, account.secret.get_secret_value(), b"n", clock())
    body = {"auth": auth, **session_request(order(clock, portal.address)), **changed}
    reply = Http().send("POST", f"{bank.address}/api/session", json=body)
    assert reply.status == 400
    assert named in reply.json()["status"]["message"]
    assert bank.control()["orders"] == []


def test_the_bank_sends_nobody_elsewhere(bank: Bank, clock: Clock) -> None:
    started = bank.gateway("placetopay").start(order(clock, "https://elsewhere.example"))
    assert bank.visit(started.go_to, plan="approved")[:2] == (303, "/")


def test_a_page_needs_its_token(bank: Bank, clock: Clock, portal: Portal) -> None:
    go_to = bank.gateway("placetopay").start(order(clock, portal.address)).go_to
    assert bank.visit(go_to)[0] == 200
    assert bank.visit(f"{go_to}x")[0] == 404


def test_every_outcome_and_fault_can_be_chosen(bank: Bank, clock: Clock, portal: Portal) -> None:
    go_to = bank.gateway("placetopay").start(order(clock, portal.address)).go_to
    page, desk = bank.visit(go_to)[2], bank.visit(f"{bank.address}/")[2]
    assert "$\u00a0685.400,50" in page
    assert all(f'value="{name}"' in page for name in PLANS)
    assert all(f'value="{name}"' in desk for name in (*FAULTS, *OPERATIONS))
    bank.visit(f"{bank.address}/falla", kind="error", on="ask")
    assert "Responder error 500" in bank.visit(f"{bank.address}/")[2]
    with pytest.raises(GatewayDown, match="status 500"):
        bank.gateway("placetopay").ask(Asked("P-000123-1", "1"))


def test_what_was_answered_is_not_answered_again(bank: Bank, clock: Clock, portal: Portal) -> None:
    gateway = bank.gateway("placetopay")
    started = gateway.start(order(clock, portal.address))
    for plan in ("approved", "declined", "approved"):
        bank.visit(started.go_to, plan=plan)
    answer = gateway.ask(Asked(started.reference, started.external_id))
    assert [each.status for each in answer.payments] == [Status.APPROVED]
    assert "ya tiene respuesta" in bank.visit(started.go_to)[2]


def test_it_runs_on_its_own_and_tells_the_portal(tmp_path: Path, portal: Portal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    own = {
        "FINPORTAL_MODE": "demo",
        "FINPORTAL_INSTANCE": str(tmp_path),
        "FINPORTAL_BASE_URL": portal.address,
        "FINPORTAL_FAKE_GATEWAY": f"http://127.0.0.1:{port}",
        **{f"FINPORTAL_{name.upper()}": key for name, key in KEYS.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "finportal.demo.gateway", "--port", str(port)],
        env=os.environ | own,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert "ready" in process.stdout.readline()
        http, address = Http(), f"http://127.0.0.1:{port}/control"
        assert http.send("POST", address, json={"next": "approved"}).json()["orders"] == []
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_production_does_not_run_it(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "finportal.demo.gateway", "--port", "1"],
        env=os.environ | {"FINPORTAL_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "cannot start" in run.stderr
