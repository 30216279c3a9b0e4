"""A browser whose every request goes through a socket, with the checks of the one without."""

from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import EnvironHeaders
from werkzeug.test import Client

from tests.factories import People
from tests.visitor import Visitor


class Wire:
    """A WSGI application that is another one, elsewhere: each request is sent there by HTTP."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc

    def test_client(self) -> Client:
        """A client with cookies of its own."""
        return Client(self)

    def __call__(self, environ: Any, start: Callable[..., object]) -> Iterable[bytes]:
        """Pass a request on, and its answer back."""
        headers = {name: value for name, value in EnvironHeaders(environ) if name != "Host"}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        connection = HTTPConnection(self._host, timeout=30)
        connection.request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body, headers)
        reply = connection.getresponse()
        found = reply.read()
        connection.close()
        start(f"{reply.status} {reply.reason}", reply.getheaders())
        return [found]


class Browser(Visitor):
    """A person at a browser, of a portal that listens at an address."""

    def __init__(self, address: str, people: People) -> None:
        super().__init__(Wire(address), people)

    def _check_fragment(self, address: str) -> None:
        """Fragments are looked at where asking twice as often costs less."""
