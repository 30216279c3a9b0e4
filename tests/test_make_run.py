"""`make run`, as the README promises it: one command starts everything, one Ctrl-C stops it."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo, started by its one command on a free port with a folder of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=ROOT,
        env=os.environ | {"FINPORTAL_INSTANCE": str(tmp_path), "FINPORTAL_MODE": "demo"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:  # what honcho started has groups of its own: it must say so itself
        os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)


def read(address: str, seconds: float = 60) -> str:
    """A page, once the portal answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310
                return str(reply.read().decode())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_the_demo_starts_with_people_and_stops_at_once(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = running
    assert "Pago de cuotas" in read(f"{address}/")
    until = time.monotonic() + 20
    while "en mora" not in (page := read(f"{address}/demo/mail")) and time.monotonic() < until:
        time.sleep(0.2)  # the worker has still to say how each credit stands
    assert len(re.findall("<h3>", page)) >= 30
    for state in ("en mora", "con saldo a favor", "pago reversado", "redujo la cuota", "cerrado"):
        assert state in page
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert "worker: ready" in said
    assert "web.1 stopped" in said
    assert "fake gateway: ready" in said
    assert "gateway.1 stopped" in said
    assert "worker.1 stopped" in said
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/", timeout=5)  # noqa: S310
