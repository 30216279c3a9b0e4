"""A server that takes text messages as Twilio does, and answers as a test says."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

ACCOUNT, KEY, SECRET = "AC" + "0" * 32, "SK" + "1" * 32, "s3cret-of-the-key"
SENDER, SERVICE = "+576015550100", "MG" + "2" * 32
SLOW = 0.3
"""Seconds after which the portal gives up on a server that hangs."""

REFUSED = {"code": 21211, "message": "The 'To' number {to} is not valid", "status": 400}


@dataclass
class Sender:
    """What came, and what to answer: each `answers` once, then 201.

    An answer is a status with its body (what becomes JSON, or bytes), "hang", or "html".
    """

    address: str = ""
    answers: list[Any] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def settings(self) -> dict[str, Any]:
        """The portal's settings for this sender."""
        return {
            "sms_api": self.address, "sms_account": ACCOUNT, "sms_key": KEY,
            "sms_secret": SECRET, "sms_from": SENDER, "sms_timeout": SLOW,
        }  # fmt: skip

    def answer(self, path: str, caller: str, body: str) -> tuple[int, bytes]:
        """One request answered; 201 keeps the message."""
        message = dict(parse_qsl(body, keep_blank_values=True))
        self.callers.append(caller)
        said = self.answers.pop(0) if self.answers else (201, {"sid": "SM" + "3" * 32})
        if path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            said = (404, {"code": 20404, "status": 404})
        if said == "hang":
            self.over.wait(5)
            return 503, b""
        if said == "html":
            return 200, b"<html>somebody's proxy</html>"
        status, told = said
        if status == 201:
            self.messages.append(message)
        if isinstance(told, bytes):
            return status, told
        return status, json.dumps(told).replace("{to}", message.get("To", "")).encode()


@contextmanager
def sender() -> Iterator[Sender]:
    """A server on this machine."""
    kept = Sender()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            user = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            status, body = kept.answer(self.path, user, self.rfile.read(length).decode())
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the portal did not wait
                return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
