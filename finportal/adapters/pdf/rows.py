"""A table over as many pages as it takes: each page one ReportLab table of the rows it holds.

ReportLab's own splitting copies the style of all remaining cells at every page, so that a row
costs more the longer the table is. Here heights are known before anything is drawn, and each page
is cut from the list.
"""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Table

from finportal.adapters.pdf.fonts import BOLD, REGULAR
from finportal.adapters.pdf.measuring import PADDING, Layout, broken, layout_of
from finportal.adapters.pdf.reading import Cell, Grid, Row

INK, MUTED, BRAND = HexColor("#14202b"), HexColor("#4a5a68"), HexColor("#0b5563")
HAIR, SOFT, LATE = HexColor("#d3dcdf"), HexColor("#f2f6f7"), HexColor("#fff6e0")
LEADING, ABOVE, BELOW = 1.3, 2.6, 3.2
MOST_LINES = 40
"""Lines of a row: what is longer goes on in another row, so that every row fits on a page."""
SUMS = frozenset({"total", "result"})

Command = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row ready to be drawn: a text for each column, its height, commands for its own row 0."""

    texts: list[str]
    height: float
    commands: list[Command]


class Rows(Flowable):  # type: ignore[misc]
    """A table that flows over pages with its head rows repeated."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self._grid = grid
        self._ready: tuple[Layout, list[Line], list[Line]] | None = None
        self.spaceBefore, self.spaceAfter = 2, 10

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Lay the table out for a width; what it takes, in points."""
        if self._ready is None:
            self._ready = _ready(self._grid, width)
        _, heads, lines = self._ready
        return width, sum(line.height for line in (*heads, *lines))

    def split(self, width: float, height: float) -> list["Rows"]:
        """The rows that fit with their heads, and the rest; nothing where not one row fits."""
        self.wrap(width, height)
        layout, heads, lines = self._ready or (None, [], [])
        left, fits = height - sum(head.height for head in heads), 0
        while fits < len(lines) and (left := left - lines[fits].height) >= 0:
            fits += 1
        if len(lines) - fits == 1 and fits > 1:
            fits -= 1  # a total never stands alone
        if layout is None or not 0 < fits < len(lines):
            return []
        return [self._part(layout, heads, part) for part in (lines[:fits], lines[fits:])]

    def draw(self) -> None:
        """Draw it where the page says."""
        if self._ready and self._ready[0].widths:
            _drawn(self.canv, *self._ready, grid=self._grid)

    def _part(self, layout: Layout, heads: list[Line], lines: list[Line]) -> "Rows":
        part = Rows(self._grid)
        part._ready = (layout, heads, lines)  # noqa: SLF001 - one of its own kind
        return part


class Struck:
    """A line through a figure that no longer counts, drawn as its cell's background."""

    def __init__(self, width: float, size: float) -> None:
        self.width, self.size = width, size

    def __call__(self, _table: Any, canvas: Any, x: float, y: float, w: float, _h: float) -> None:
        """Called by ReportLab with the cell's box, whose top is y."""
        end, middle = x + w - PADDING, y - ABOVE - self.size * 0.72
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.5)
        canvas.line(end - self.width, middle, end, middle)


def _drawn(
    canvas: Any, layout: Layout, heads: list[Line], lines: list[Line], *, grid: Grid
) -> None:
    commands = _common(len(heads), layout, pairs=grid.pairs)
    shown = [*heads, *lines]
    for number, line in enumerate(shown):
        commands += [
            (name, (first, number), (last, number), *rest)
            for name, first, last, *rest in line.commands
        ]
    texts, heights = [line.texts for line in shown], [line.height for line in shown]
    table = Table(texts, layout.widths, heights, style=commands)
    table.wrapOn(canvas, sum(layout.widths), sum(heights))
    table.drawOn(canvas, 0, 0)


def _ready(grid: Grid, width: float) -> tuple[Layout, list[Line], list[Line]]:
    rows = (*grid.heads, *grid.rows)
    columns = max((sum(cell.span for cell in row.cells) for row in rows), default=0)
    layout = layout_of(grid, columns, width)
    heads = [line for row in grid.heads for line in _lines(row, layout, head=True)]
    return layout, heads, [line for row in grid.rows for line in _lines(row, layout)]


def _lines(row: Row, layout: Layout, *, head: bool = False) -> list[Line]:
    """The row, its texts broken to fit; more than one where it is too tall for a page."""
    strong, texts, commands = head or bool(row.kinds & SUMS), [], _of_kind(row)
    for place, cell in _placed(row):
        last = place + cell.span - 1
        width = sum(layout.widths[place : last + 1]) - 2 * PADDING + 0.01
        font = BOLD if strong or cell.bold else REGULAR
        texts += [broken(cell.text, font, layout.size, width), *[""] * (cell.span - 1)]
        if cell.bold and not strong:
            commands.append(("FONTNAME", place, place, BOLD))
        if cell.span > 1:
            commands.append(("SPAN", place, last))
        if "undone" in row.kinds and cell.text and layout.right[place]:
            struck = Struck(stringWidth(cell.text, font, layout.size), layout.size)
            commands.append(("BACKGROUND", place, place, struck))
    texts += [""] * (len(layout.widths) - len(texts))
    tallest = max((text.count("\n") for text in texts), default=0) + 1
    if tallest <= MOST_LINES:
        return [Line(texts, tallest * layout.size * LEADING + ABOVE + BELOW, commands)]
    found = []
    for start in range(0, tallest, MOST_LINES):
        some = ["\n".join(text.split("\n")[start : start + MOST_LINES]) for text in texts]
        height = max(text.count("\n") + 1 for text in some) * layout.size * LEADING
        found.append(Line(some, height + ABOVE + BELOW, commands))
    return found


def _placed(row: Row) -> list[tuple[int, Cell]]:
    place, found = 0, []
    for cell in row.cells:
        found.append((place, cell))
        place += cell.span
    return found


def _common(head: int, layout: Layout, *, pairs: bool) -> list[Command]:
    """What holds for whole columns and for the head."""
    size, all_of_it = layout.size, ((0, 0), (-1, -1))
    found: list[Command] = [
        ("FONT", *all_of_it, REGULAR, size, size * LEADING),
        ("TEXTCOLOR", *all_of_it, INK),
        ("VALIGN", *all_of_it, "TOP"),
        ("LEFTPADDING", *all_of_it, PADDING),
        ("RIGHTPADDING", *all_of_it, PADDING),
        ("TOPPADDING", *all_of_it, ABOVE),
        ("BOTTOMPADDING", *all_of_it, BELOW),
        ("LINEBELOW", (0, head), (-1, -1), 0.4, HAIR),
    ]
    found += [("ALIGN", (c, 0), (c, -1), "RIGHT") for c, right in enumerate(layout.right) if right]
    if head:
        heads = ((0, 0), (-1, head - 1))
        found += [
            ("FONTNAME", *heads, BOLD),
            ("TEXTCOLOR", *heads, BRAND),
            ("BACKGROUND", *heads, SOFT),
            ("VALIGN", *heads, "BOTTOM"),
            ("LINEBELOW", (0, head - 1), (-1, head - 1), 0.9, BRAND),
        ]
    if pairs:
        found.append(("TEXTCOLOR", (0, 0), (0, -1), MUTED))
    return found


def _of_kind(row: Row) -> list[Command]:
    found: list[Command] = []
    if "undone" in row.kinds:
        found.append(("TEXTCOLOR", 0, -1, MUTED))
    if "late" in row.kinds:
        found.append(("BACKGROUND", 0, -1, LATE))
    if row.kinds & SUMS:
        found += [("FONTNAME", 0, -1, BOLD), ("TEXTCOLOR", 0, -1, INK)]
        found.append(("LINEABOVE", 0, -1, 0.9, BRAND))
    return found
