"""The log: one JSON object a line, only named fields, no secrets and no personal data."""

import logging
import sys

from flask import Flask, Response, request
from pythonjsonlogger.json import JsonFormatter

from finportal.web.errors import reference

log = logging.getLogger("finportal.requests")


def init_logs(app: Flask) -> None:
    """Write the log to standard error, a line for each request."""
    root = logging.getLogger("finportal")
    if not any(isinstance(handler.formatter, JsonFormatter) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter("{levelname}{name}{message}", style="{", timestamp=True))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        root.propagate = False
    app.after_request(_log_request)


def _log_request(response: Response) -> Response:
    if request.blueprint != "assets":
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "reference": reference(),
            },
        )
    return response
