"""From a document's HTML to its PDF, in one pass. Only the drawing process imports this."""

import gc
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Paragraph
from xhtml2pdf import parser as xhtml2pdf_parser
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.document import pisaDocument
from xhtml2pdf.tags import pisaTag, pisaTagLI

from finportal.adapters.pdf.fonts import REGULAR, offer_fonts
from finportal.adapters.pdf.paging import About, Finish, NumberOfPage
from finportal.adapters.pdf.pictures import Drawn
from finportal.adapters.pdf.reading import Grid, PageLine, Paper, Picture, Piece, Room, paper_of
from finportal.adapters.pdf.rows import MUTED, Rows

ASSETS = Path(__file__).parent.parent.parent / "static"
ROOM = 90.0
"""Points: a long table begins where its head and some rows have room, or on the next page."""
SHORT, ROOM_OF_ROW, ROOM_OF_HEAD = 14, 15.0, 40.0
"""Rows of a table that is not parted while it fits on a page; points of a row, and of its head."""
ROOM_OF_HEADING, ROOM_OF_TEXT, ROOM_OF_TALL, ROOM_OF_PICTURE = 30.0, 26.0, 90.0, 250.0
MOST_ROOM = 260.0
HANGING = 14.0
"""Points between a list's marks and its texts."""
TAG = "pisaTagPDFPIECE"
"""The name by which xhtml2pdf's parser finds our tag, <pdf:piece>; not a documented hook."""

_pieces: ContextVar[list[Any]] = ContextVar("pieces")
_CAPTION = ParagraphStyle(
    "caption", fontName=REGULAR, fontSize=8.5, leading=11, textColor=MUTED, spaceAfter=3
)

mimetypes.init([])  # the machine's own list lies outside the fence
offer_fonts(ASSETS / "fonts")
rl_config.useA85 = 0  # streams as bytes: a fifth smaller
gc.freeze()  # what is loaded by now stays: the collector need not look at it for every document


class PieceTag(pisaTag):  # type: ignore[misc]
    """In the place of a piece: what it is drawn with goes into the story."""

    def start(self, context: Any) -> None:
        """Called by xhtml2pdf's parser with its context."""
        context.addPara()
        for flowable in _flowables(_pieces.get()[int(self.node.getAttribute("n"))]):
            context.addStory(flowable)


class ItemTag(pisaTagLI):  # type: ignore[misc]
    """A list's item whose mark hangs beside its text, in the text's font and not in a base one."""

    def start(self, context: Any) -> None:
        """Called by xhtml2pdf's parser with its context."""
        context.frag.bulletFontName = context.frag.fontName
        if context.frag.listStyleType in {None, "", "disc", "circle", "square"}:
            context.frag.listStyleType = "bullet"  # any name it has no Symbol font for
        super().start(context)
        context.frag.leftIndent = (context.frag.leftIndent or 0) + HANGING


setattr(xhtml2pdf_parser, TAG, PieceTag)
xhtml2pdf_parser.pisaTagLI = ItemTag


def drawn(html: str) -> bytes:
    """A PDF of a whole HTML document, whose style sheets and fonts are in the static folder.

    Reads nothing else and fetches nothing. Raises what xhtml2pdf raises (RenderLimitError and
    others) for a document too large, too deep, or not to be laid out.
    """
    paper = paper_of(html)
    with _at_hand([*paper.pieces, _about(paper)]):
        target = BytesIO()
        context = pisaDocument(
            paper.html,
            dest=target,
            path=str(ASSETS / "document.html"),
            encoding="utf-8",
            resource_policy=ResourceAccessPolicy.server(ASSETS, allow_remote=False),
        )
    if context.err:
        raise ValueError("xhtml2pdf could not draw all of it")
    return target.getvalue()


def _about(paper: Paper) -> About:
    words = [piece.words for piece in paper.pieces if isinstance(piece, PageLine)]
    return About(paper.title, paper.author, paper.language, "".join(words[:1]))


def _flowables(piece: Piece | About) -> Iterator[Any]:
    if isinstance(piece, About):
        yield Finish(piece)
    elif isinstance(piece, PageLine):
        yield NumberOfPage()
    elif isinstance(piece, Room):
        room = ROOM_OF_TALL if piece.tall else _room(piece.following)
        yield CondPageBreak(ROOM_OF_HEADING + room)
    elif isinstance(piece, Grid):
        yield CondPageBreak(_room(piece))
        if piece.caption:
            yield Paragraph(_escaped(piece.caption), _CAPTION)
        yield Rows(piece)
    else:
        yield Drawn(piece.svg)


def _room(piece: Piece | None) -> float:
    """Points that must be left on a page for this to begin on it."""
    if isinstance(piece, Picture):
        return ROOM_OF_PICTURE
    if not isinstance(piece, Grid):
        return ROOM_OF_TEXT
    lines = sum(max(cell.text.count("\n") + 1 for cell in row.cells) for row in piece.rows)
    whole = lines * ROOM_OF_ROW + ROOM_OF_HEAD * bool(piece.heads)
    return whole if len(piece.rows) <= SHORT and whole <= MOST_ROOM else ROOM


def _escaped(text: str) -> str:
    """Text for a paragraph of ReportLab, which reads marks of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@contextmanager
def _at_hand(pieces: list[Piece | About]) -> Iterator[None]:
    token = _pieces.set(pieces)
    try:
        yield
    finally:
        _pieces.reset(token)
