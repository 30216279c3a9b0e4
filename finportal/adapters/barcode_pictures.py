"""Bars as pictures: a path for the page's own SVG, a black-and-white PNG for paper."""

from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

QUIET = 10
"""White modules that a reader needs on both sides (ISO/IEC 15417)."""

TALLEST = 4000
LARGEST_SCALE = 40


@dataclass(frozen=True, slots=True)
class Bars:
    """What an `svg` element needs: `viewBox="0 0 width height"` and `path d`, in modules.

    To be drawn at 0.25 mm a module or more. Quiet zones are part of the width.
    """

    width: int
    height: int
    path: str


def svg_bars(modules: str, height: int = 60) -> Bars:
    """The bars as one path of rectangles, `height` modules tall."""
    drawn, left = [], QUIET
    for colour, run in groupby(modules):
        width = len(list(run))
        if colour == "1":
            drawn.append(f"M{left} 0h{width}v{height}h-{width}z")
        left += width
    return Bars(left + QUIET, height, "".join(drawn))


def png_bars(modules: str, *, scale: int = 3, height: int = 180) -> bytes:
    """The bars with quiet zones as a PNG of one bit a pixel; a module is `scale` pixels wide.

    `height` in pixels. Raises ValueError for a picture that no paper needs.
    """
    if not (0 < scale <= LARGEST_SCALE and 0 < height <= TALLEST):
        raise ValueError(f"scale 1 to {LARGEST_SCALE}, height 1 to {TALLEST}")
    from PIL import Image  # noqa: PLC0415 - only where a slip is printed

    quiet = "0" * QUIET
    row = [0 if module == "1" else 1 for module in quiet + modules + quiet]
    picture = Image.new("1", (len(row), 1))
    picture.putdata(row)
    file = BytesIO()
    picture.resize((len(row) * scale, height), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
