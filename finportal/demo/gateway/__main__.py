"""`python -m finportal.demo.gateway --port N`: runs the fake gateway on this machine only."""

import logging
import signal
import sys
import threading
from datetime import UTC, datetime

import click
from werkzeug.serving import make_server

from finportal.demo.gateway import create_gateway
from finportal.demo.gateway.bank import Bank
from finportal.settings import Settings

BEAT = 0.5
"""Seconds between two looks at what is due."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), required=True)
def main(port: int) -> None:
    """Run the fake gateway until SIGINT or SIGTERM."""
    app = create_gateway(Settings.load(), lambda: datetime.now(UTC))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"fake gateway: ready on http://127.0.0.1:{port}\n")
    run_until(stopping, app.extensions["bank"])
    server.shutdown()


def run_until(stopping: threading.Event, bank: Bank) -> None:
    """Send what is due at every beat; slow listeners hold up other notices, not the pages."""
    while not stopping.wait(BEAT):
        bank.tick()


if __name__ == "__main__":
    main()
