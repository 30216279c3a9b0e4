"""How wide columns are and where their texts break, before anything is drawn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfbase.pdfmetrics import stringWidth

from finportal.adapters.pdf.fonts import BOLD, REGULAR
from finportal.adapters.pdf.reading import Cell, Grid, Row

COMFORTABLE = (8.5, 8.0, 7.5)
"""Points; the first in which a table fits with no text broken."""
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Points; else the first in which it fits with figures and words whole."""
PADDING = 5.0
LONGEST_WORD = 11.0
"""Times the size of the type: a longer word is broken rather than given its width."""

_FIGURE = re.compile(r"[-−–+$%×.,:\d\s()]*(?:E\.A\.|N\.M\.V\.)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of the type, width of each column in points, and which columns hold figures."""

    size: float
    widths: list[float]
    right: list[bool]


def layout_of(grid: Grid, columns: int, width: float) -> Layout:
    """The largest size in which figures stay whole; texts share what figures leave."""
    by_column = _by_column(grid.rows, columns)
    heads = _by_column(grid.heads, columns)
    right = [
        grid.figures and (number > 0 and (grid.pairs or all(_FIGURE.match(c.text) for c in cells)))
        for number, cells in enumerate(by_column)
    ]
    whole = [right[number] and not grid.pairs for number in range(columns)]
    unit = [
        _needs(cells, heads[number], figures=whole[number])
        for number, cells in enumerate(by_column)
    ]
    least, wished = (sum(need[side] for need in unit) for side in (0, 1))
    room = width - 2 * PADDING * columns
    size = next((size for size in COMFORTABLE if wished * size <= room), None)
    size = size or next((size for size in SIZES if least * size <= room), SIZES[-1])
    # too many columns for any size: each gives up the same part, and words break
    part = min(1.0, room / (least * size)) if least else 1.0
    needs = [
        (one * size * part + 2 * PADDING, max(one * part, other) * size + 2 * PADDING)
        for one, other in unit
    ]
    return Layout(size, _shared(needs, width), right)


def broken(text: str, font: str, size: float, width: float) -> str:
    """The text with newlines where it must break to fit; no-break spaces hold."""
    if "\n" not in text and stringWidth(text, font, size) <= width:
        return text
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _lines(paragraph, font, size, width)
    return "\n".join(lines)


def _lines(text: str, font: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if stringWidth(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _chunks(word, font, size, width)
        lines += whole
    return [*lines, line]


def _chunks(word: str, font: str, size: float, width: float) -> list[str]:
    if stringWidth(word, font, size) <= width:
        return [word]
    chunks, start, used = [], 0, 0.0
    for place, letter in enumerate(word):
        used += (step := stringWidth(letter, font, size))
        if used > width and place > start:
            chunks.append(word[start:place])
            start, used = place, step
    return [*chunks, word[start:]]


def _by_column(rows: Sequence[Row], columns: int) -> list[list[Cell]]:
    """The cells of each column; cells over several columns belong to none."""
    found: list[list[Cell]] = [[] for _ in range(columns)]
    for row in rows:
        number = 0
        for cell in row.cells:
            if cell.span == 1 and cell.text:
                found[number].append(cell)
            number += cell.span
    return found


def _needs(
    cells: Sequence[Cell], heads: Sequence[Cell], *, figures: bool
) -> tuple[float, float]:
    """The least width and the wished one, in sizes of the type; a figure is never broken."""
    texts = {line for cell in cells for line in cell.text.split("\n")}
    if figures:  # digits are of one width, so that the longest are the widest
        texts = set(sorted(texts, key=len)[-4:])
    head = max((_width(word) for cell in heads for word in cell.text.split(" ")), default=0.0)
    wished = max(map(_width, texts), default=0.0)
    words = texts if figures else {word for text in texts for word in text.split(" ")}
    longest = wished if figures else min(max(map(_width, words), default=0.0), LONGEST_WORD)
    return max(longest, min(head, LONGEST_WORD)), max(wished, head)


def _width(text: str) -> float:
    width: float = stringWidth(text, BOLD, 1)
    return width


def _shared(needs: Sequence[tuple[float, float]], width: float) -> list[float]:
    """Widths that fill the line: what is needed, then what is wished, then evenly."""
    least = [need for need, _ in needs]
    more = [wish - need for need, wish in needs]
    spare, wanted = width - sum(least), sum(more)
    if wanted > spare:
        return [need + spare * extra / wanted for need, extra in zip(least, more, strict=True)]
    rest = (spare - wanted) / len(needs)
    return [wish + rest for _, wish in needs]
