"""A table over as many pages as it takes, cut from a list whose heights are known beforehand.

ReportLab's own tables style every cell by itself, and copy the style of all remaining cells at
every page. Here a row is a list of texts with their places, and a page draws the rows it holds.
"""

from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from finportal.adapters.pdf.fonts import BOLD, REGULAR
from finportal.adapters.pdf.measuring import PADDING, Layout, broken, layout_of, width_of
from finportal.adapters.pdf.reading import Cell, Grid, Row

INK, MUTED, BRAND = HexColor("#14202b"), HexColor("#4a5a68"), HexColor("#0b5563")
HAIR, SOFT, LATE = HexColor("#d3dcdf"), HexColor("#f2f6f7"), HexColor("#fff6e0")
LEADING, ASCENT, MIDDLE = 1.3, 0.95, 0.67
"""In sizes of the type: from line to line, from a line's top to its foot and to its middle."""
ABOVE, BELOW = 2.6, 3.2
MOST_LINES = 40
"""Lines of a row: what is longer goes on in another row, so that every row fits on a page."""
SUMS = frozenset({"total", "result"})


class Run(NamedTuple):
    """A text and where it begins, in points from the row's top left corner."""

    x: float
    down: float
    text: str
    font: str
    colour: Any


class Line(NamedTuple):
    """A row ready to be drawn; `struck` are the ends of lines through figures."""

    runs: list[Run]
    height: float
    kinds: frozenset[str]
    struck: list[tuple[float, float]]


class Rows(Flowable):  # type: ignore[misc]
    """A table that flows over pages with its head rows repeated."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self._grid = grid
        self._heads: list[Line] = []
        self._lines: list[Line] | None = None
        self.spaceBefore, self.spaceAfter = 2, 10

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Lay the table out for a width; what it takes, in points."""
        if self._lines is None:
            self._lay_out(width)
        self.width = width
        return width, self._tall

    def split(self, width: float, height: float) -> list["Rows"]:
        """The rows that fit with their heads, and the rest; nothing where not one row fits."""
        self.wrap(width, height)
        lines, fits, used = self._lines or [], 0, self._heads_tall
        while fits < len(lines) and used + lines[fits].height <= height:
            used += lines[fits].height
            fits += 1
        if len(lines) - fits == 1 and fits > 1:
            fits -= 1  # a total never stands alone
            used -= lines[fits].height
        if not 0 < fits < len(lines):
            return []
        rest = self._tall - used + self._heads_tall
        return [self._part(lines[:fits], used), self._part(lines[fits:], rest)]

    def draw(self) -> None:
        """Draw it where the page says: grounds, rules, and then all texts in reading order."""
        canvas, size = self.canv, self._size
        lines, text = [*self._heads, *(self._lines or ())], canvas.beginText()
        y, font, colour = self._tall, None, None
        for number, line in enumerate(lines):
            _underlay(canvas, line, y, self.width, size, head=number < len(self._heads))
            for run in line.runs:
                if run.font != font:
                    text.setFont(font := run.font, size)
                if run.colour is not colour:
                    text.setFillColor(colour := run.colour)
                text.setTextOrigin(run.x, y - run.down)
                text.textLine(run.text)
            y -= line.height
        canvas.drawText(text)

    def _lay_out(self, width: float) -> None:
        rows = (*self._grid.heads, *self._grid.rows)
        columns = max((sum(cell.span for cell in row.cells) for row in rows), default=0)
        layout = layout_of(self._grid, columns, width)
        self._size = layout.size
        self._heads = [line for row in self._grid.heads for line in _lines(row, layout, head=True)]
        muted = self._grid.pairs
        self._lines = [line for row in self._grid.rows for line in _lines(row, layout, muted=muted)]
        self._heads_tall = sum(head.height for head in self._heads)
        self._tall = self._heads_tall + sum(line.height for line in self._lines)

    def _part(self, lines: list[Line], tall: float) -> "Rows":
        part = Rows(self._grid)  # not a copy: ReportLab leaves notes on flowables it put off
        part._size, part._heads, part._heads_tall = self._size, self._heads, self._heads_tall
        part._lines, part._tall = lines, tall
        return part


def _underlay(canvas: Any, line: Line, y: float, width: float, size: float, *, head: bool) -> None:
    """What lies under a row's texts: its ground, the rules above and below, what is struck."""
    foot = y - line.height
    if head or "late" in line.kinds:
        canvas.setFillColor(SOFT if head else LATE)
        canvas.rect(0, foot, width, line.height, stroke=0, fill=1)
    canvas.setStrokeColor(BRAND if head else HAIR)
    canvas.setLineWidth(0.9 if head else 0.4)
    canvas.line(0, foot, width, foot)
    if line.kinds & SUMS:
        canvas.setStrokeColor(BRAND)
        canvas.setLineWidth(0.9)
        canvas.line(0, y, width, y)
    if line.struck:
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.5)
        middle = y - ABOVE - size * MIDDLE
        canvas.lines([(start, middle, end, middle) for start, end in line.struck])


def _lines(row: Row, layout: Layout, *, head: bool = False, muted: bool = False) -> list[Line]:
    """The row with its texts broken to fit; more than one where it is too tall for a page."""
    strong = head or bool(row.kinds & SUMS)
    colour = BRAND if head else MUTED if "undone" in row.kinds else INK
    cells, struck = [], []
    place = 0
    for cell in row.cells:
        last = place + cell.span
        font = BOLD if strong or cell.bold else REGULAR
        left, right = layout.edges[place], layout.edges[last]
        aligned = layout.right[last - 1] and (cell.span == 1 or place > 0)
        texts = _texts(cell, layout, font, right - left, head=head)
        placed = [
            _start(text, font, layout.size, left, right, right_aligned=aligned) for text in texts
        ]
        ink = MUTED if muted and place == 0 and not strong else colour
        cells.append([(x, text, font, ink) for x, text in zip(placed, texts, strict=True)])
        if aligned and cell.text and "undone" in row.kinds:
            struck.append((placed[0], right - PADDING))
        place = last
    return _stacked(cells, layout.size, row.kinds, struck, head=head)


def _texts(cell: Cell, layout: Layout, font: str, width: float, *, head: bool) -> list[str]:
    if layout.whole and cell.span == 1 and not head:
        return cell.text.split("\n")
    return broken(cell.text, font, layout.size, width - 2 * PADDING + 0.01)


def _start(
    text: str, font: str, size: float, left: float, right: float, *, right_aligned: bool
) -> float:
    if right_aligned:
        return right - PADDING - width_of(text, font) * size
    return left + PADDING


def _stacked(
    cells: list[list[tuple[float, str, str, Any]]],
    size: float,
    kinds: frozenset[str],
    struck: list[tuple[float, float]],
    *,
    head: bool,
) -> list[Line]:
    tallest = max(map(len, cells), default=1)
    found = []
    for first in range(0, tallest, MOST_LINES):
        some = [cell[first : first + MOST_LINES] for cell in cells]
        lines = max(map(len, some), default=1)
        runs = []
        for cell in some:
            down = ABOVE + size * ASCENT + (lines - len(cell)) * size * LEADING * head
            for number, (x, text, font, ink) in enumerate(cell):
                if text:
                    runs.append(Run(x, down + number * size * LEADING, text, font, ink))
        height = lines * size * LEADING + ABOVE + BELOW
        found.append(Line(runs, height, kinds, [] if first else struck))
    return found
