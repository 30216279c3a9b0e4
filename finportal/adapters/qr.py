"""QR codes, ISO/IEC 18004: for paper a small PNG, for the screen a path of an inline SVG."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

QUIET_ZONE = 4
"""Modules of white around the code that ISO/IEC 18004, 5.3.8 asks for."""
DOTS = 4
"""Pixels of a module in the PNG: enough that no reader blurs an edge away."""


@dataclass(frozen=True, slots=True)
class QrPath:
    """A code for `<svg viewBox="0 0 size size"><path d="path"/></svg>`, one unit a module."""

    size: int
    path: str


def qr_png(text: str) -> str:
    """The text as a `data:` address of a PNG with one bit a pixel, for the paper.

    Error correction M restores about 15 % of the code. Raises segno.DataOverflowError for more
    than 2,331 bytes.
    """
    file = BytesIO()
    _code(text).save(file, kind="png", scale=DOTS, border=QUIET_ZONE)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def qr_path(text: str) -> QrPath:
    """The text as one path of whole numbers, dark modules row by row, quiet zone included.

    The same code as `qr_png`; an inline path is what a page may show that loads no data: image.
    """
    rows = [bytes(row) for row in _code(text).matrix_iter(border=QUIET_ZONE)]
    parts = []
    for y, row in enumerate(rows):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            parts.append(f"M{start} {y}h{end - start}v1h-{end - start}z")
            start = end
    return QrPath(len(rows), "".join(parts))


def _code(text: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415 - most processes draw no code for hours

    return segno.make(text, error="m", micro=False, boost_error=False)
