"""HTTP to gateways and senders: one request, one answer of JSON, within limits of time and size."""

import hashlib
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from finportal.adapters.gateways.errors import GatewayDown
from finportal.adapters.gateways.reading import NotJson, read_json, write_json

MOST_BYTES = 512 * 1024
PIECE = 16 * 1024
SERVER_ERRORS = 500
BUSY = {408, 425, 429}
_NEVER_ARRIVED = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no failure of the way there: its status (2xx, 4xx) and its bytes."""

    status: int
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the gateway did what it was asked."""
        return self.status < 300  # noqa: PLR2004

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.body).hexdigest()

    def json(self) -> Any:
        """The JSON in the answer. Raises GatewayDown for anything else, such as a proxy's page."""
        try:
            return read_json(self.body)
        except NotJson as error:
            raise GatewayDown(f"{self.status} without JSON", reached=True) from error


@dataclass(frozen=True, slots=True)
class Http:
    """A client with limits: seconds to connect, between two pieces, and for the whole answer.

    No redirect is followed, nothing is retried, certificates are those this machine trusts, and
    proxies of the environment are not used.
    """

    connect: float = 5
    read: float = 15
    total: float = 15

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request, with JSON or the fields of a form, and read its whole answer.

        Raises GatewayDown when there is none in time, or a 5xx, a redirect, "busy", or too much.
        """
        sent = dict(headers or {}) | {"Accept": "application/json", "Connection": "close"}
        body = None
        if json is not None:
            sent["Content-Type"] = "application/json"
            body = write_json(json)
        elif form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        with _Watch(self.total) as watch:
            try:
                status, received = self._exchange(watch, method, url, sent, body)
            except (exceptions.HTTPError, OSError) as error:
                raise _down(error, watch) from error
        if status >= SERVER_ERRORS or status in BUSY or not (200 <= status < 300 or status >= 400):  # noqa: PLR2004
            raise GatewayDown(f"status {status}", reached=True)
        return Reply(status, received)

    def _exchange(
        self, watch: "_Watch", method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        pool_type = _PoolTLS if parts.scheme == "https" else _Pool
        timeout = Timeout(connect=self.connect, read=self.read, total=self.total)
        with pool_type(parts.hostname or "", parts.port, timeout=timeout, watch=watch) as pool:
            reply = pool.urlopen(
                method,
                parts._replace(scheme="", netloc="", fragment="").geturl() or "/",
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                received = bytearray()
                while piece := reply.read1(PIECE):
                    received += piece
                    if len(received) > MOST_BYTES:
                        raise GatewayDown("an answer that does not end", reached=True)
            finally:
                reply.close()
            watch.check()
            return reply.status, bytes(received)


class _Watch:
    """Ends a connection when its time is up, whatever the other side still sends."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._timer: Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer:
            self._timer.cancel()

    @property
    def over(self) -> bool:
        return monotonic() >= self._until

    def begin(self, connection: socket.socket) -> None:
        """Watch a connection that has just been made."""
        self._timer = Timer(max(0, self._until - monotonic()), _cut, [connection])
        self._timer.daemon = True
        self._timer.start()

    def check(self) -> None:
        """Raise GatewayDown when what was read may have been cut short by us."""
        if self.over:
            raise GatewayDown("no whole answer in time", reached=True)


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, watch: _Watch, **options: Any) -> None:
        super().__init__(*args, **options)
        self._watch = watch

    def connect(self) -> None:
        super().connect()
        self._watch.begin(self.sock)


class _ConnectionTLS(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _ConnectionTLS


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _down(error: Exception, watch: _Watch) -> GatewayDown:
    if isinstance(error, _NEVER_ARRIVED):
        return GatewayDown("no connection", reached=False)
    slow = watch.over or isinstance(error, exceptions.TimeoutError)
    return GatewayDown("no answer in time" if slow else type(error).__name__, reached=True)
