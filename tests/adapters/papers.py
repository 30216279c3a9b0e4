"""Documents for the drawing's tests: the bench's statement, and a page around any body."""

import pypdfium2

PAGE = """<!doctype html><html lang="es-CO"><head><meta charset="utf-8"><title>{title}</title>
<meta name="author" content="Crédito Demo S.A.S."><link rel="stylesheet" href="print.css"></head>
<body><div id="cabeza"><p>Cabeza</p></div><div id="lado"><p>Lado</p></div>
<div id="pie"><p>Pie</p><p id="pagina">Página {{page}} de {{pages}}</p></div>
<main><h1>{title}</h1>{body}</main></body></html>"""


def paper(body: str, title: str = "Prueba") -> str:
    return PAGE.format(title=title, body=body)


def table(rows: int, columns: int = 4) -> str:
    """A table as the templates write them: a date or number first, then figures."""
    head = "".join(f'<th role="columnheader" scope="col">Columna {c}</th>' for c in range(columns))
    lines = "".join(
        f'<tr role="row"><th role="rowheader" scope="row">Fila {r}</th>'
        + "".join(f'<td role="cell">$\u00a0{r}.{c}00</td>' for c in range(1, columns))
        + "</tr>"
        for r in range(rows)
    )
    return (
        '<table class="stack figures" role="table"><thead role="rowgroup">'
        f'<tr role="row">{head}</tr></thead><tbody role="rowgroup">{lines}</tbody></table>'
    )


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader copies it."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range().replace("\r\n", "\n"))
        text.close()
        page.close()
    document.close()
    return texts


def words_of(pdf: bytes) -> str:
    """All text of the document on one line, no-break spaces as spaces."""
    return " ".join(" ".join(pages_of(pdf)).replace("\u00a0", " ").split())
