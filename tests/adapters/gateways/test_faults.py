"""A gateway that is slow, broken or silent: one named error, and the truth is found afterwards."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from finportal.adapters.gateways import Asked, Status
from finportal.adapters.gateways.client import MOST_BYTES, Http
from finportal.adapters.gateways.errors import GatewayDown, GatewayRefused
from finportal.gateway_settings import WompiAccount
from tests.doubles import Clock, SilentServer
from tests.gateways import Bank, Portal, Served, order

FAULTS = ["html", "error", "drop", "slow"]


@contextmanager
def talking(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that takes one connection and says what it likes."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            try:
                say(connection)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", ["placetopay", "wompi"])
def test_a_broken_question_is_a_named_error_and_nothing_else(
    bank: Bank, clock: Clock, portal: Portal, name: str, kind: str
) -> None:
    gateway = bank.gateway(name, read=0.4, total=0.4)
    started = gateway.start(order(clock, portal.address))
    asked = Asked(started.reference, started.external_id)
    bank.control(fault={"kind": kind, "on": "ask", "times": 1, "seconds": 1})
    with pytest.raises(GatewayDown) as down:
        gateway.ask(asked)
    assert down.value.reached
    assert gateway.ask(asked).status is Status.PENDING


@pytest.mark.parametrize("kind", FAULTS)
def test_after_a_broken_start_the_session_may_exist(
    bank: Bank, clock: Clock, portal: Portal, kind: str
) -> None:
    gateway = bank.gateway("placetopay", read=0.4, total=0.4)
    bank.control(fault={"kind": kind, "on": "start", "times": 1, "seconds": 1})
    with pytest.raises(GatewayDown) as down:
        gateway.start(order(clock, portal.address))
    assert down.value.reached
    exists = kind in {"drop", "slow"}
    assert len(bank.control()["orders"]) == exists
    if exists:
        with pytest.raises(GatewayRefused, match="used before"):
            gateway.start(order(clock, portal.address))


def test_an_attempt_whose_start_was_lost_is_found_by_its_notification(
    bank: Bank, clock: Clock, portal: Portal
) -> None:
    gateway = bank.gateway("placetopay")
    bank.control(fault={"kind": "drop", "on": "start"})
    with pytest.raises(GatewayDown):
        gateway.start(order(clock, portal.address))
    bank.control(reference="P-000123-1", decide="approved", tick=True)
    ((_, headers, body),) = portal.notices
    told = gateway.read_notification(headers, body)
    answer = gateway.ask(Asked(told.reference, told.external_id))
    assert (answer.reference, answer.attempt) == ("P-000123-1", "t0ken")
    assert answer.status is Status.APPROVED


def test_nobody_there_means_it_did_not_arrive() -> None:
    with SilentServer() as closed:
        address = f"http://{closed.host}:{closed.port}"
    with pytest.raises(GatewayDown) as down:
        Http(connect=1).send("GET", address)
    assert not down.value.reached


def test_silence_ends_in_time() -> None:
    began = time.monotonic()
    with SilentServer() as silent, pytest.raises(GatewayDown, match="in time") as down:
        Http(connect=1, read=0.3, total=0.3).send("GET", f"http://{silent.host}:{silent.port}")
    assert down.value.reached
    assert time.monotonic() - began < 2


def drip(start: bytes) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(60):
            time.sleep(0.05)
            connection.sendall(b"a")

    return say


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"],
    ids=["headers", "body"],
)
def test_an_answer_in_drops_ends_in_time(start: bytes) -> None:
    began = time.monotonic()
    with talking(drip(start)) as address, pytest.raises(GatewayDown, match="in time"):
        Http(connect=1, read=0.3, total=0.5).send("GET", address)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 429 Slow down\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (MOST_BYTES + 1),
    ],
    ids=["nothing", "nonsense", "cut short", "redirect", "503", "429", "endless"],
)
def test_what_is_no_answer_is_a_named_error(said: bytes) -> None:
    with (
        talking(lambda connection: connection.sendall(said)) as address,
        pytest.raises(GatewayDown) as down,
    ):
        Http(connect=1, read=2, total=2).send("GET", address)
    assert down.value.reached


def test_a_redirect_is_not_followed(portal: Portal) -> None:
    def elsewhere(environ: object, start: Callable[..., object]) -> list[bytes]:
        start("307 Moved", [("Location", portal.address)])
        return [b""]

    with Served(elsewhere) as served, pytest.raises(GatewayDown, match="status 307"):
        Http().send("POST", served.address, json={})
    assert portal.notices == []


def test_a_certificate_nobody_trusts_is_refused(bank: Bank) -> None:
    with pytest.raises(GatewayDown):
        Http(connect=1, read=1, total=1).send("GET", bank.address.replace("http:", "https:"))


def test_no_error_tells_a_secret(bank: Bank, clock: Clock) -> None:
    account: WompiAccount = bank.flask.extensions["wompi"]
    secrets = [
        account.private_key.get_secret_value(),
        account.integrity_secret.get_secret_value(),
        account.events_secret.get_secret_value(),
        bank.flask.extensions["placetopay"].secret.get_secret_value(),
    ]
    assert all(len(secret) >= 32 for secret in secrets)
    said = [repr(bank.settings), repr(account), repr(bank.gateway("wompi"))]
    for name in ("placetopay", "wompi"):
        bank.control(fault={"kind": "drop", "on": "ask"})
        with pytest.raises(GatewayDown) as down:
            bank.gateway(name).ask(Asked("P-1", "1"))
        error: BaseException | None = down.value
        while error:
            said.append(repr(error))
            error = error.__cause__ or error.__context__
    assert not [secret for secret in secrets if secret in "\n".join(said)]


def test_an_address_may_answer_with_a_page_and_status_400() -> None:
    def page(environ: object, start: Callable[..., object]) -> list[bytes]:
        start("400 Bad Request", [("Content-Type", "text/html")])
        return [b"<h1>no</h1>"]

    with Served(page) as served:
        reply = Http().send("GET", served.address)
        with pytest.raises(GatewayDown, match="400 without JSON"):
            reply.json()
