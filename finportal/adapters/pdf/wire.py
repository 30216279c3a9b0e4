"""What the portal and its drawing process say to each other: a length, a sign, then bytes."""

import socket
import struct
import time

_HEAD = struct.Struct(">cI")
LONGEST = 64 * 1024 * 1024
"""Bytes of one message, either way."""


def send(line: socket.socket, sign: bytes, content: bytes) -> None:
    """One message. Raises OSError where the other side is gone or, with a timeout, is too slow."""
    line.sendall(_HEAD.pack(sign, len(content)) + content)


def received(line: socket.socket, until: float | None = None) -> tuple[bytes, bytes]:
    """One message's sign and bytes, waiting until that time of `time.monotonic` at most.

    Raises EOFError where the other side is gone, TimeoutError where the time is over.
    """
    sign, length = _HEAD.unpack(_exactly(line, _HEAD.size, until))
    if length > LONGEST:
        raise EOFError("a message longer than any document")
    return sign, _exactly(line, length, until)


def _exactly(line: socket.socket, length: int, until: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if until is not None:
            line.settimeout(max(0.001, until - time.monotonic()))
        part = line.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts += part
    return bytes(parts)
