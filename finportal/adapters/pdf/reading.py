"""What a document's HTML holds beside running text: tables, lists of figures and pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import html as lxml_html

SCREEN_TAGS = (
    "script",
    "form",
    "nav",
    "button",
    "template",
    "iframe",
    "object",
    "embed",
    "summary",
)
SCREEN_ONLY = "//*[@hidden]|" + "|".join(
    f"//*[@class][contains(concat(' ',@class,' '),' {name} ')]"
    for name in ("screen-only", "visually-hidden", "icon")
)
"""What a reader of paper has no use for."""
PAGE_LINE = "pagina"
"""The id of the element whose words number the pages: "Página {page} de {pages}"."""

MARK = "pdf:piece"
"""The element in the place of a piece; one that comes with the document is taken out."""

_SPACES = re.compile(r"[ \t\r\n\f]+")
_BOLD = {"strong", "b"}


class Cell(NamedTuple):
    """One cell: its lines parted by newlines, how many columns it takes, whether all is bold."""

    text: str
    span: int = 1
    bold: bool = False


class Row(NamedTuple):
    """A row's cells and its classes: "total", "result", "undone", "late"."""

    cells: list[Cell]
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as plain values; `pairs` for a list of names and values."""

    heads: list[Row]
    rows: list[Row]
    caption: str = ""
    figures: bool = False
    pairs: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """The words that number each page, with {page} and {pages} in them."""

    words: str


@dataclass(frozen=True, slots=True)
class Room:
    """Before a heading or a figure: it must not be parted from what follows.

    `following` is the piece below it, if it is one; `tall`: running text that is kept together.
    """

    following: Any
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline SVG, as it stands in the HTML."""

    svg: Any


Piece = Grid | PageLine | Picture | Room


@dataclass(frozen=True, slots=True)
class Paper:
    """A document parted: running HTML, and the pieces it has numbered places for."""

    html: str
    pieces: list[Piece]
    title: str
    author: str
    language: str


def paper_of(html: str) -> Paper:
    """Part a whole HTML document; what is only for screens is left out.

    In the place of each piece stands `<pdf:piece n="0"></pdf:piece>`, and one more at the very end
    of the body, where the number of pages is known.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True)
    root: Any = lxml_html.document_fromstring(html.encode(), parser=parser)
    for node in [*root.iter(*SCREEN_TAGS, MARK), *root.xpath(SCREEN_ONLY)]:
        if node.getparent() is not None:
            node.drop_tree()
    for folded in [*root.iter("details")]:
        folded.drop_tag()
    for link in root.iter("a"):
        if not (link.get("href") or "").startswith(("https://", "mailto:")):
            link.tag = "span"
    for columns in root.find_class("columns"):
        _side_by_side(columns.xpath(".//table[contains(@class, 'facts')]"))
    pieces: list[Piece] = []
    for node in [*root.iter("table", "dl", "svg"), *root.xpath(f"//*[@id='{PAGE_LINE}']")]:
        if any(above.tag in {"table", "dl", "svg"} for above in node.iterancestors()):
            continue
        _place(node, len(pieces))
        pieces.append(_piece(node))
    for parted in [*root.iter("h2", "h3", "figure")]:
        inside = [*parted.iter(MARK)] if parted.tag == "figure" else []
        following = inside[0] if inside else parted.getnext()
        parted.addprevious(_mark(len(pieces)))
        is_piece = following is not None and following.tag == MARK
        piece = pieces[int(following.get("n"))] if is_piece else None
        pieces.append(Room(piece, tall=following is not None and "check" in _classes(following)))
    root.body.append(_mark(len(pieces)))
    return Paper(
        html=lxml_html.tostring(root, encoding="unicode", doctype="<!doctype html>"),
        pieces=pieces,
        title=_text(root.findtext(".//title") or ""),
        author="".join(root.xpath("//meta[@name='author']/@content")),
        language=root.get("lang") or "es-CO",
    )


def _side_by_side(tables: list[Any]) -> None:
    """Two tables of facts that stand beside each other on a wide screen: one of twice the width."""
    if len(tables) != 2:  # noqa: PLR2004
        return
    left, right = ([*table.iter("tr")] for table in tables)
    for row in left[len(right) :]:
        row.extend([lxml_html.Element("td"), lxml_html.Element("td")])
    for one, other in zip(left, right, strict=False):
        one.extend(list(other))
    for other in right[len(left) :]:
        for place in range(2):
            other.insert(place, lxml_html.Element("td"))
        left[-1].getparent().append(other)
    tables[1].drop_tree()


def _mark(number: int) -> Any:
    return lxml_html.Element(MARK, n=str(number))


def _place(node: Any, number: int) -> None:
    mark = _mark(number)
    mark.tail, node.tail = node.tail, None
    node.getparent().replace(node, mark)


def _piece(node: Any) -> Piece:
    if node.tag == "svg":
        return Picture(node)
    if node.tag not in {"table", "dl"}:
        return PageLine(_text(node.text_content()))
    return _pairs(node) if node.tag == "dl" else _table(node)


def _table(node: Any) -> Grid:
    heads = [_row(row) for row in node.iterfind("thead/tr")]
    body = [_row(row) for row in _body_rows(node)]
    totals = [_row(row, "total") for row in node.iterfind("tfoot/tr")]
    caption = node.find("caption")
    return Grid(
        heads=heads,
        rows=body + totals,
        caption=_text(caption.text_content()) if caption is not None else "",
        figures="figures" in _classes(node),
    )


def _body_rows(node: Any) -> Iterator[Any]:
    for child in node:
        if child.tag == "tr":
            yield child
        elif child.tag == "tbody":
            yield from child.iterfind("tr")


def _row(node: Any, *kinds: str) -> Row:
    cells = [_cell(child) for child in node if child.tag in {"td", "th"}]
    given = node.get("class")
    return Row(cells, frozenset(given.split()).union(kinds) if given else frozenset(kinds))


def _cell(node: Any) -> Cell:
    # most cells are text alone, or one strong or one div around it
    span = node.get("colspan")
    taken = int(span) if span and span.isdecimal() else 1
    inner, bold = node, False
    while len(inner) == 1 and not (inner.text or "").strip() and not (inner[0].tail or "").strip():
        inner = inner[0]
        bold = bold or inner.tag in _BOLD
    if len(inner):
        return Cell(_text_of(inner), taken, bold)
    return Cell(_SPACES.sub(" ", inner.text or "").strip(" "), taken, bold)


def _pairs(node: Any) -> Grid:
    rows: list[Row] = []
    for group in node if node.find("div") is not None else [node]:
        kinds = _classes(group) - _classes(node)
        for child in group:
            if child.tag == "dt":
                rows.append(Row([Cell(_text_of(child)), Cell("")], kinds))
            elif child.tag == "dd" and rows:
                name, value = rows[-1].cells
                cell = _cell(child)
                text = "\n".join(filter(None, (value.text, cell.text)))
                rows[-1] = Row([name, Cell(text, bold=cell.bold)], kinds)
    return Grid([], rows, figures=True, pairs=True)


def _classes(node: Any) -> frozenset[str]:
    return frozenset((node.get("class") or "").split())


def _text_of(node: Any) -> str:
    """The node's text with a newline for each <br> and between blocks."""
    parts = [node.text or ""]
    for child in node:
        if child.tag in {"br", "p", "div", "li"}:
            parts.append("\x0b")
        if isinstance(child.tag, str):
            parts.append(_text_of(child).replace("\n", "\x0b"))
        parts.append(child.tail or "")
    lines = _SPACES.sub(" ", "".join(parts)).split("\x0b")
    return "\n".join(line.strip(" ") for line in lines if line.strip(" "))


def _text(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")
