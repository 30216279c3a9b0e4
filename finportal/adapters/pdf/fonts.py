"""The one family a document is set in, embedded; the base fonts of PDF are never used."""

from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from xhtml2pdf.default import DEFAULT_FONT

FAMILY, REGULAR, BOLD, ITALIC = "Roboto", "Roboto", "Roboto-Bold", "Roboto-Italic"


def offer_fonts(folder: Path) -> None:
    """Register the faces in a folder, and take them wherever xhtml2pdf would name another.

    xhtml2pdf falls back to Helvetica, not embedded, without a word to the reader; here each of
    the names it knows leads to this family.
    """
    for face in (REGULAR, BOLD, ITALIC):
        file = "Roboto-Regular" if face == REGULAR else face
        registerFont(TTFont(face, str(folder / f"{file}.ttf")))
    registerFontFamily(FAMILY, REGULAR, BOLD, ITALIC, BOLD, baseFontFor="all")
    DEFAULT_FONT.update(dict.fromkeys(DEFAULT_FONT, FAMILY), roboto=FAMILY)
