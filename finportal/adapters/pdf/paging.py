"""What is said about the whole document: "Página 1 de 3", title, language, colours."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.platypus import Flowable

from finportal.adapters.pdf.fonts import REGULAR
from finportal.adapters.pdf.rows import MUTED

SIZE = 8.0
WIDEST = 400.0
"""Points of room for the words."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself; `page_words` has {page} and {pages} in it, or is empty."""

    title: str
    author: str
    language: str
    page_words: str


class NumberOfPage(Flowable):  # type: ignore[misc]
    """The place of a page's number: a form that `Finish` fills once all pages are there."""

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The whole line."""
        self.width = width
        return width, SIZE * 1.3

    def draw(self) -> None:
        """Call the form of this page, its right end at the right end of the line."""
        self.canv.saveState()
        self.canv.translate(self.width, SIZE * 0.3)
        self.canv.doForm(_form(self.canv.getPageNumber()))
        self.canv.restoreState()


class Finish(Flowable):  # type: ignore[misc]
    """The last thing in a document: it knows how many pages there are."""

    def __init__(self, about: About) -> None:
        super().__init__()
        self._about = about

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """No room."""
        return 0, 0

    def draw(self) -> None:
        """Number the pages and say what the document is."""
        pages = self.canv.getPageNumber()
        for page in range(1, pages + 1):
            self.canv.beginForm(_form(page), -WIDEST, -SIZE, 0, SIZE)
            if self._about.page_words:
                words = self._about.page_words.format(page=page, pages=pages)
                self.canv.setFont(REGULAR, SIZE)
                self.canv.setFillColor(MUTED)
                self.canv.drawRightString(0, 0, words)
            self.canv.endForm()
        _describe(self.canv, self._about)


def _form(page: int) -> str:
    return f"page-{page}"


def _describe(canvas: Any, about: About) -> None:
    """XMP metadata, an sRGB output intent, and readers asked to show the title.

    ISO 32000-1, 12.2 (viewer preferences), 14.3.2 (metadata), 14.11.5 (output intents).
    """
    canvas.setViewerPreference("DisplayDocTitle", "true")
    catalog, document = canvas._doc.Catalog, canvas._doc  # noqa: SLF001 - no public way in
    said = {"title": about.title, "author": about.author, "language": about.language}
    xmp = _XMP.format(**{name: escape(value) for name, value in said.items()})
    kind = {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}
    catalog.Metadata = PDFStream(PDFDictionary(kind), xmp.encode(), filters=[])
    profile = PDFStream(PDFDictionary({"N": 3}), _srgb())
    intent = {
        "Type": PDFName("OutputIntent"),
        "S": PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"),
        "Info": PDFString("sRGB IEC61966-2.1"),
        "DestOutputProfile": document.Reference(profile),
    }
    catalog.OutputIntents = PDFArray([document.Reference(PDFDictionary(intent))])
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]


@cache
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
