"""The fake gateway and a listening portal, served over real HTTP for tests."""

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from flask import Flask
from werkzeug.serving import make_server

from finportal.adapters.gateways import Gateway, Method, Order, Payer
from finportal.adapters.gateways.chosen import gateway_named
from finportal.adapters.gateways.client import Http
from finportal.demo.gateway import create_gateway
from finportal.lending.money import Centavos
from finportal.settings import Settings

KEYS: dict[str, Any] = {
    "secret_key": "s" * 40,
    "image_key": "i" * 40,
    "mail_key": "m" * 40,
    "pepper": "p" * 40,
}


class Served(AbstractContextManager["Served"]):
    """A WSGI application on a free port of this machine, a thread for each request."""

    def __init__(self, app: Callable[..., Iterable[bytes]] | None = None) -> None:
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.app = app
        self.address = f"http://127.0.0.1:{self._server.port}"

    def _answer(self, environ: Any, start: Any) -> Iterable[bytes]:
        assert self.app
        return self.app(environ, start)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Portal(Served):
    """Whoever takes notifications: keeps them, and answers with `statuses`, one each, else 200."""

    def __init__(self) -> None:
        super().__init__(self._take)
        self.notices: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[str] = []

    def _take(self, environ: Any, start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").title(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        self.notices.append((environ["PATH_INFO"], headers, body))
        start(self.statuses.pop(0) if self.statuses else "200 OK", [])
        return [b""]


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Bank(Served):
    """The fake gateway, and the hands of who plays the bank or the customer."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], portal: str) -> None:
        super().__init__()
        self.clock = clock
        self.settings = Settings(
            mode="demo",
            instance=folder,
            base_url=portal,
            fake_gateway=self.address,
            gateway="placetopay",
            **KEYS,
        )
        self.flask: Flask = create_gateway(self.settings, clock, Http(total=5))
        self.app = self.flask

    def gateway(self, name: str, **limits: float) -> Gateway:
        """The portal's side, with time limits for a test."""
        http = Http(**({"connect": 2, "read": 5, "total": 5} | limits))
        return gateway_named(name, self.settings, self.clock, http)

    def control(self, **orders: Any) -> dict[str, Any]:
        """Play the bank over HTTP."""
        request = Request(  # noqa: S310
            f"{self.address}/control",
            json.dumps(orders).encode(),
            {"Content-Type": "application/json"},
        )
        with build_opener().open(request, timeout=10) as reply:
            found: dict[str, Any] = json.load(reply)
        return found

    def visit(self, address: str, **form: str) -> tuple[int, str, str]:
        """Open a page, or send its form; the status, where it leads to, and what it says."""
        body = urlencode(form).encode() if form else None
        try:
            reply = build_opener(_Stay).open(Request(address, body), timeout=10)  # noqa: S310
        except HTTPError as error:
            reply = error
        with reply:
            return reply.status, reply.headers.get("Location", ""), reply.read().decode()


def post(address: str, headers: dict[str, str], body: bytes) -> int:
    """Post a notification as it was caught; the answer's status."""
    sent = {name: headers[name] for name in headers if name == "X-Event-Checksum"}
    request = Request(address, body, sent | {"Content-Type": "application/json"})  # noqa: S310
    try:
        reply = build_opener().open(request, timeout=60)
    except HTTPError as error:
        reply = error
    with reply:
        return int(reply.status)


def post_at_once(address: str, headers: dict[str, str], body: bytes, times: int) -> list[int]:
    """The same notification from so many clients at one moment; the answers' statuses."""
    barrier = threading.Barrier(times)

    def together() -> int:
        barrier.wait(timeout=30)
        return post(address, headers, body)

    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(together) for _ in range(times)]]


def order(clock: Callable[[], datetime], portal: str, **changed: Any) -> Order:
    """An order of a customer."""
    values: dict[str, Any] = {
        "reference": "P-000123-1",
        "attempt": "t0ken",
        "amount": Centavos(68_540_050),
        "description": 'Cuota 7 | crédito "10045"',
        "return_url": f"{portal}/pagos/t0ken",
        "expires_at": clock() + timedelta(minutes=30),
        "ip": "190.0.2.7",
        "user_agent": "Firefox",
        "payer": Payer("CC", "1012345678", "Ana Ruiz", "ana@correo.example", "3001234567"),
        "method": Method.PSE,
    }
    return Order(**values | changed)
