"""How wide columns are and where their texts break, before anything is drawn."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from reportlab.pdfbase.pdfmetrics import stringWidth

from finportal.adapters.pdf.fonts import BOLD
from finportal.adapters.pdf.reading import Cell, Grid, Row

COMFORTABLE = (8.5, 8.0, 7.5)
"""Points; the first in which a table fits with no text broken."""
SIZES = (7.5, 7.0, 6.5, 6.0)
"""Points; else the first in which it fits with figures and words whole."""
PADDING = 5.0
LONGEST_WORD = 11.0
"""Times the size of the type: a longer word is broken rather than given its width."""

_FIGURE = re.compile(r"[-−–+$%×.,:\d\s()]*(?:E\.A\.|N\.M\.V\.)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of the type, the columns' edges from the left in points, which of them hold figures.

    `whole` says that no text of one column needs to be broken.
    """

    size: float
    edges: list[float]
    right: list[bool]
    whole: bool


def layout_of(grid: Grid, columns: int, width: float) -> Layout:
    """The largest size in which figures stay whole; texts share what figures leave."""
    by_column = _by_column(grid.rows, columns)
    right = [
        grid.figures and (number > 0 and (grid.pairs or all(_FIGURE.match(c.text) for c in cells)))
        for number, cells in enumerate(by_column)
    ]
    heads = [_head(cells) for cells in _by_column(grid.heads, columns)]
    firm = [is_right and not grid.pairs for is_right in right]
    wishes = [
        max(_widest(_texts(cells, firm=firm[number])), heads[number])
        for number, cells in enumerate(by_column)
    ]
    room = width - 2 * PADDING * columns
    easy = next((size for size in COMFORTABLE if sum(wishes) * size <= room), None)
    if easy is not None:
        spare = (room - sum(wishes) * easy) / max(1, columns) + 2 * PADDING
        edges = [0.0, *accumulate(wish * easy + spare for wish in wishes)]
        return Layout(easy, edges, right, whole=True)
    leasts = [
        wishes[number]
        if firm[number]
        else max(_longest_word(cells), min(heads[number], LONGEST_WORD))
        for number, cells in enumerate(by_column)
    ]
    size = next((size for size in SIZES if sum(leasts) * size <= room), SIZES[-1])
    # too many columns for any size: each gives up the same part, and words break
    part = min(1.0, room / (sum(leasts) * size))
    widths = _shared(
        [(least * size * part, wish * size) for least, wish in zip(leasts, wishes, strict=True)],
        room,
    )
    edges = [0.0, *accumulate(one + 2 * PADDING for one in widths)]
    return Layout(size, edges, right, whole=False)


@lru_cache(maxsize=8192)
def width_of(text: str, font: str) -> float:
    """A line's width in sizes of the type; the same figures come again and again."""
    width: float = stringWidth(text, font, 1)
    return width


def broken(text: str, font: str, size: float, width: float) -> list[str]:
    """The text's lines, broken where they must be to fit; no-break spaces hold."""
    lines: list[str] = []
    for line in text.split("\n"):
        fits = width_of(line, font) * size <= width
        lines += [line] if fits else _lines(line, font, size, width)
    return lines


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


def _texts(cells: Sequence[Cell], *, firm: bool) -> Iterable[str]:
    """The lines that may be the widest; digits are of one width, so of figures the longest are."""
    texts = {line for cell in cells for line in cell.text.split("\n")}
    return sorted(texts, key=len)[-4:] if firm else texts


def _longest_word(cells: Sequence[Cell]) -> float:
    return min(
        _widest({word for cell in cells for word in cell.text.replace("\n", " ").split(" ")}),
        LONGEST_WORD,
    )


def _head(cells: Sequence[Cell]) -> float:
    return _widest(word for cell in cells for word in cell.text.split(" "))


def _widest(texts: Iterable[str]) -> float:
    """In sizes of the type."""
    return max((width_of(text, BOLD) for text in texts), default=0.0)


def _shared(needs: Sequence[tuple[float, float]], room: float) -> list[float]:
    """What is needed, and of what is left to each as it wishes more; all the room is used."""
    least = [need for need, _ in needs]
    more = [max(0.0, wish - need) for need, wish in needs]
    spare, wanted = room - sum(least), sum(more) or 1.0
    return [need + spare * extra / wanted for need, extra in zip(least, more, strict=True)]
