"""Draws the tests' sample papers and keeps pictures of their first pages in docs/papers.

Run by `python -m tools.paper_pictures`; look at them after a change to a paper's template.
"""

import sys
import tempfile
from pathlib import Path

import pypdfium2
from flask import render_template

from finportal import create_app
from finportal.adapters.pdf.drawing import drawn
from finportal.adapters.qr import qr_png
from finportal.settings import Settings
from tests.papers import CHECK, PAPERS, Issued

FOLDER = Path(__file__).parent.parent / "docs" / "papers"
KEYS = dict.fromkeys(("secret_key", "image_key", "mail_key", "pepper"), "k" * 40)
SCALE, COLOURS = 0.9, 16


def main() -> None:
    """Draw each kind once."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(mode="demo", instance=Path(folder), **KEYS))  # type: ignore[arg-type]
        with app.test_request_context("/"):
            for kind, paper in PAPERS.items():
                issued = Issued(kind=kind, qr=qr_png(CHECK))
                html = render_template(
                    f"documents/{kind}.html",
                    layout="layouts/print.html",
                    paper=paper,
                    issued=issued,
                )
                document = pypdfium2.PdfDocument(drawn(html))
                picture = document[0].render(scale=SCALE).to_pil().quantize(COLOURS)
                picture.save(FOLDER / f"{kind}.png", optimize=True)
                sys.stdout.write(f"{kind}: {len(document)} pages\n")
                document.close()


if __name__ == "__main__":
    main()
