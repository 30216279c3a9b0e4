"""What both sides of the wire share: bodies in, JSON out, and the faults an answer can have."""

import socket
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, request

from finportal.adapters.gateways.reading import NotJson, read_json, write_json
from finportal.demo.gateway.bank import Bank
from finportal.demo.gateway.plans import Operation

PROXY_PAGE = "<!doctype html><title>Bad gateway</title><h1>The upstream did not answer</h1>"


def bank() -> Bank:
    """The bank of the application at work."""
    found: Bank = current_app.extensions["bank"]
    return found


def read_body() -> dict[str, Any]:
    """The request's JSON object; anything else is answered 400."""
    try:
        body = read_json(request.get_data())
    except NotJson:
        body = None
    if not isinstance(body, dict) or not request.is_json:
        abort(json_reply({"error": {"type": "INPUT_VALIDATION_ERROR"}}, 400))
    return body


def json_reply(value: object, status: int = 200) -> Response:
    """An answer of JSON."""
    return Response(write_json(value), status, mimetype="application/json")


def answering(operation: Operation) -> Callable[..., Callable[..., Response]]:
    """Give a view the fault that is set for its operation, if there is one."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            fault = bank().take_fault(operation)
            if fault and fault.kind == "html":
                return Response(PROXY_PAGE, 200, mimetype="text/html")
            if fault and fault.kind == "error":
                return json_reply({"error": {"type": "INTERNAL_ERROR"}}, 500)
            reply = view(**values)
            if fault and fault.kind == "slow":
                time.sleep(fault.seconds)
            if fault and fault.kind == "drop":
                _hang_up()
            return reply

        return answer

    return decorate


def _hang_up() -> None:
    """Close the connection instead of answering, as a server does that is killed."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
