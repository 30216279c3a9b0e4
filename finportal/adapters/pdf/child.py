"""The drawing process: takes a document's HTML, gives its PDF, until nobody asks any more."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from finportal.adapters.pdf import wire
from finportal.adapters.pdf.fence import Fence, limit, limit_next_cpu


def main() -> None:
    """Started with the number of its end of a socket pair, and its limits as JSON."""
    given = json.loads(sys.argv[2])
    line = socket.socket(fileno=int(sys.argv[1]))
    limit(memory=given["memory"], file_size=wire.LONGEST)
    limit_next_cpu(given["seconds"])
    own = Path(os.environ["TMPDIR"])
    drawn = _draw()
    fence = Fence([Path(__file__).parent.parent.parent], own)
    fence.close()
    wire.send(line, b"!", b"")
    line.settimeout(given["idle"])
    try:
        while True:
            _, message = wire.received(line)
            limit_next_cpu(given["seconds"])
            wire.send(line, *_answer(json.loads(message), drawn, fence))
    except (EOFError, OSError):
        pass  # the portal is gone, or has had nothing to draw for long
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _draw() -> Callable[[str], bytes]:
    from finportal.adapters.pdf.drawing import drawn  # noqa: PLC0415 - after the limits

    return drawn


def _answer(
    asked: dict[str, str | list[str]], drawn: Callable[[str], bytes], fence: Fence
) -> tuple[bytes, bytes]:
    """The PDF, or what went wrong: names and places in code only, never a customer's data."""
    try:
        fence.admit([])
        pdf = drawn(str(asked["html"]))
        if asked["finish"]:
            fence.admit(asked["arguments"])
            pdf = _function(str(asked["finish"]))(pdf, *asked["arguments"])
    except Exception as problem:  # noqa: BLE001 - whatever a document provokes is told, not died of
        place = problem.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        at = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
        return b"-", f"{type(problem).__name__} at {at}".encode()
    return b"+", pdf


def _function(name: str) -> Callable[..., bytes]:
    module, _, function = name.partition(":")
    found: Callable[..., bytes] = getattr(import_module(module), function)
    return found
