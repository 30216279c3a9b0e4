"""The same statement drawn by ReportLab alone: what the least way costs."""

from io import BytesIO
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer

INK, MUTED, BRAND, HAIR = map(HexColor, ("#14202b", "#4a5a68", "#0b5563", "#d3dcdf"))
TEXT = ParagraphStyle("text", fontName="Roboto", fontSize=10, leading=14.5, textColor=INK)
TITLE = ParagraphStyle("title", TEXT, fontName="Roboto-Bold", fontSize=18, leading=23)
HEADING = ParagraphStyle("heading", TITLE, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4)
SMALL = ParagraphStyle("small", TEXT, fontSize=8.5, leading=11, textColor=MUTED)
FIGURE = ParagraphStyle("figure", TEXT, alignment=TA_RIGHT)
NAME = "Extracto de su crédito"
WIDTHS = [59, 107, 63, 56, 48, 60, 60, 63]
BASE = [
    ("FONT", (0, 0), (-1, -1), "Roboto", 8, 10.4),
    ("TEXTCOLOR", (0, 0), (-1, -1), INK),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, -1), 2.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR),
]


class Numbered(Canvas):
    """ReportLab's usual way to "Página X de Y": pages are kept and finished at the end."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Keep the page."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the kept pages and write them."""
        for page in self._kept:
            self.__dict__.update(page)
            self.setFont("Roboto", 8)
            self.setFillColor(MUTED)
            self.drawRightString(
                19.59 * cm, 1.6 * cm, f"Página {self._pageNumber} de {len(self._kept)}"
            )
            Canvas.showPage(self)
        Canvas.save(self)


def drawn_directly(values: dict[str, Any]) -> bytes:
    """The statement of `bench.papers.statement` by platypus, with ReportLab's own QR widget."""
    paper, issued, file = values["paper"], values["issued"], BytesIO()

    def frame(canvas: Any, _doc: Any) -> None:
        canvas.setFont("Roboto-Bold", 12)
        canvas.setFillColor(BRAND)
        canvas.drawString(2 * cm, 26.1 * cm, "Crédito Demo")
        canvas.setFont("Roboto", 8)
        canvas.setFillColor(MUTED)
        canvas.drawRightString(19.59 * cm, 26.1 * cm, f"{NAME} {issued.number}")
        canvas.drawString(2 * cm, 25.7 * cm, "Crédito Demo S.A.S. · NIT 900.000.000-5")
        canvas.drawRightString(19.59 * cm, 25.7 * cm, f"Expedido el {paper.issued_on}")
        said = f"Código de verificación {issued.code}. Compruébelo en {issued.check_url}"
        canvas.drawString(2 * cm, 1.6 * cm, said)

    summary = [*values["summary"], (f"Pague antes del {values['due']}", values["total"])]
    bold = [("FONTNAME", (0, -1), (-1, -1), "Roboto-Bold"), ("ALIGN", (1, 0), (1, -1), "RIGHT")]
    lines = values["lines"]
    undone = [n for n, line in enumerate(lines, 1) if line.undone]
    style = [
        *BASE,
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
        ("FONTNAME", (0, 0), (-1, 0), "Roboto-Bold"),
        ("FONTNAME", (2, 1), (2, -1), "Roboto-Bold"),
        ("FONTNAME", (0, -1), (-1, -1), "Roboto-Bold"),
        *[("TEXTCOLOR", (0, n), (-1, n), MUTED) for n in undone],
    ]
    heads = ["Mora y\ngastos" if head == "Mora y gastos" else head for head in values["heads"]]
    rows = [heads, *([line.day, line.kind, line.amount, *line.parts] for line in lines)]
    rows.append(["Total", "", *values["sums"]])
    code = Drawing(74, 74)
    code.add(QrCodeWidget(issued.check_url, barWidth=74, barHeight=74))
    greeting = (
        f"Señor(a) {values['name']}, estos son los movimientos de su crédito entre el "
        f"{values['first']} y el {values['last']}."
    )
    story = [
        Paragraph("Extracto de su crédito", TITLE),
        Paragraph(f"Documento {issued.number}", TEXT),
        Paragraph(greeting, TEXT),
        LongTable(summary, [249, 249], style=[*BASE, *bold]),
        Paragraph("Movimientos", HEADING),
        Paragraph("El más nuevo primero, con la fecha en que usted pagó.", SMALL),
        LongTable(rows, WIDTHS[: len(heads)], style=style, repeatRows=1),
        Paragraph("Tenga en cuenta", HEADING),
        *[Paragraph(f"{number}. {note}", TEXT) for number, note in enumerate(values["notes"], 1)],
        Spacer(1, 14),
        code,
        Paragraph(f"Cualquier persona puede comprobarlo con el código {issued.code}.", SMALL),
    ]
    margins = {"leftMargin": 2 * cm, "rightMargin": 2 * cm, "topMargin": 3 * cm}
    doc = SimpleDocTemplate(file, pagesize=LETTER, bottomMargin=2.6 * cm, title=NAME, **margins)
    doc.build(story, onFirstPage=frame, onLaterPages=frame, canvasmaker=Numbered)
    return file.getvalue()
