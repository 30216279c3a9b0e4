"""Measures the drawing of documents beside ReportLab alone, WeasyPrint and plain xhtml2pdf.

Run `.venv/bin/python -m bench.pdf`. Figures are processor time of one drawing in one warm process;
ratios are medians of rounds in which all take their turn. All sides draw the statement of
`bench/papers` with the same rows, fonts and page; ReportLab's draws it without any HTML. The
engines the portal does not use draw fewer rounds, and the long document once.
"""

import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from bench.papers import ROOT, page, statement
from bench.papers.directly import drawn_directly
from finportal.adapters.pdf import Press
from finportal.adapters.pdf.drawing import drawn

ROUNDS, STATEMENT, HISTORY = 7, 24, 400
ASSETS = ROOT / "finportal" / "static"
RUNNING = """
@font-face { font-family: Roboto; src: url(fonts/Roboto-Regular.ttf) }
@font-face { font-family: Roboto; src: url(fonts/Roboto-Bold.ttf); font-weight: bold }
@page { size: letter; margin: 3.1cm 2cm 2.7cm; @top-left { content: element(head) }
  @top-right { content: element(side) } @bottom-left { content: element(foot) } }
#cabeza { position: running(head) } #lado { position: running(side) }
#pie { position: running(foot) }
#pagina { visibility: hidden }
#pagina::after { visibility: visible; content: "Página " counter(page) " de " counter(pages) }
table { border-collapse: collapse; width: 100%; font-size: 8pt } thead { color: #0b5563 }
td, th { padding: 2.6pt 5pt; border-bottom: .4pt solid #d3dcdf; text-align: right }
"""
AS_ONE_WRITES_IT = """<style>table { font-size: 8pt } td, th { padding: 2.6pt 5pt;
border-bottom: 0.4pt solid #d3dcdf; text-align: right }</style></head>"""

Side = Callable[[], bytes]


def by_weasyprint(html: str) -> Side | None:
    """None where WeasyPrint or the libraries it needs are not on this machine."""
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415
    except (ImportError, OSError):
        return None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    base = f"{ASSETS}/"

    def side() -> bytes:
        document: Any = HTML(string=html, base_url=base)
        done: bytes = document.write_pdf(stylesheets=[CSS(string=RUNNING, base_url=base)])
        return done

    return side


def by_plain_xhtml2pdf(html: str) -> Side:
    """The same HTML with its tables and page numbers as the library's own manual writes them."""
    from xhtml2pdf.document import pisaDocument  # noqa: PLC0415

    numbers = "Página <pdf:pagenumber> de <pdf:pagecount>"
    html = html.replace("Página {page} de {pages}", numbers).replace("<thead", "<thead repeat='1'")
    html = html.replace("</head>", AS_ONE_WRITES_IT)

    def side() -> bytes:
        target = BytesIO()
        pisaDocument(html, dest=target, path=str(ASSETS / "document.html"), encoding="utf-8")
        return target.getvalue()

    return side


def cpu(side: Side) -> float:
    """Milliseconds of one call."""
    before = time.process_time()
    side()
    return (time.process_time() - before) * 1000


def compared(sides: list[Side], rounds: int) -> list[tuple[float, float]]:
    """Median milliseconds of each side, and its median ratio to the last one."""
    for side in sides:
        side()
    spent = []
    for number in range(rounds):
        order = range(len(sides)) if number % 2 else range(len(sides) - 1, -1, -1)
        taken = {place: cpu(sides[place]) for place in order}
        spent.append([taken[place] for place in range(len(sides))])
    ratios = [[one / times[-1] for one in times] for times in spent]
    return [
        (statistics.median(times), statistics.median(ratio))
        for times, ratio in zip(zip(*spent, strict=True), zip(*ratios, strict=True), strict=True)
    ]


def main() -> None:
    """Measure and print."""
    logging.getLogger("xhtml2pdf").setLevel(logging.CRITICAL)
    print(f"{'':28}{'ms':>9}{'x reportlab':>13}{'goal':>7}")
    for name, rows, goal in (("statement", STATEMENT, 1.5), ("history", HISTORY, 1.2)):
        values = statement(rows)
        html = page(values)
        ours, direct = compared(
            [lambda h=html: drawn(h), lambda v=values: drawn_directly(v)], ROUNDS
        )
        print(f"{f'{name}, {rows} rows':28}{ours[0]:9.1f}{ours[1]:13.2f}{goal:7.1f}")
        print(f"{'  reportlab alone':28}{direct[0]:9.1f}")
        others = {"weasyprint": by_weasyprint(html), "plain xhtml2pdf": by_plain_xhtml2pdf(html)}
        for other, side in others.items():
            if side is None:
                print(f"  {other}: not on this machine")
                continue
            side()
            times = [cpu(side) for _ in range(5 if rows == STATEMENT else 1)]
            took = statistics.median(times)
            print(f"{f'  {other}':28}{took:9.1f}{took / direct[0]:13.2f}")
    growth()
    process()


def growth() -> None:
    """Milliseconds a row as a table grows."""
    htmls = {rows: page(statement(rows)) for rows in (100, 400, 1600)}
    taken = compared([lambda h=html: drawn(h) for html in htmls.values()], ROUNDS)
    a_row = {rows: took / rows for rows, (took, _) in zip(htmls, taken, strict=True)}
    told = ", ".join(f"{rows}: {took:.3f}" for rows, took in a_row.items())
    print(f"ms a row: {told}; 1600 / 400 = {a_row[1600] / a_row[400]:.2f} (goal 1.10)")


def process() -> None:
    """The same through the drawing process: seconds by the clock, and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        press, html = Press(Path(folder)), page(statement(STATEMENT))
        clock = []
        for _ in range(6):
            began = time.perf_counter()
            size = len(press.draw(html))
            clock.append((time.perf_counter() - began) * 1000)
        long = len(press.draw(page(statement(1600))))
        status = Path(f"/proc/{press._worker._process.pid}/status").read_text()  # noqa: SLF001
        peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
        press.close()
    print(f"drawing process: first {clock[0]:.0f} ms, then {statistics.median(clock[1:]):.0f} ms")
    print(f"  {size / 1024:.0f} KB; 1600 rows {long / 1024:.0f} KB; peak {peak:.0f} MB (goal 100)")


if __name__ == "__main__":
    sys.exit(main())
