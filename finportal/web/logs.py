"""The log: one JSON object a line, only named fields, no secrets and no personal data."""

import logging
import sys

from flask import Flask, Response
from flask.globals import request_ctx
from pythonjsonlogger.orjson import OrjsonFormatter

from finportal.web.errors import reference

log = logging.getLogger("finportal.requests")


def init_logs(app: Flask) -> None:
    """Write the log to standard error, a line for each request."""
    root = logging.getLogger("finportal")
    if not any(isinstance(handler.formatter, OrjsonFormatter) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        fields = "{levelname}{name}{message}"
        handler.setFormatter(OrjsonFormatter(fields, style="{", timestamp=True))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        root.propagate = False
    _look_up_less()
    app.after_request(_log_request)


def _look_up_less() -> None:
    """Neither line, thread nor process is written: Python's logging HOWTO says how not to look."""
    logging._srcfile = None  # noqa: SLF001 - as the HOWTO has it
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _log_request(response: Response) -> Response:
    asked = request_ctx.request
    if asked.blueprint != "assets":
        log.info(
            "request",
            extra={
                "method": asked.method,
                "route": asked.url_rule.rule if asked.url_rule else None,
                "status": response.status_code,
                "reference": reference(),
            },
        )
    return response
