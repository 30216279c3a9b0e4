"""Papers as files: drawn from the same template, signed, remembered and handed out."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from flask import Response, render_template
from flask_babel import gettext as _

from finportal.adapters.pdf import Finish
from finportal.adapters.qr import qr_png
from finportal.adapters.sheets import Cell, csv_bytes, xlsx_bytes
from finportal.adapters.signing import finish
from finportal.adapters.signing_key import SigningKey
from finportal.lending import Centavos
from finportal.services import throttle
from finportal.services.documents import drawn
from finportal.services.documents.facts import MoneyLine
from finportal.services.documents.papers import History
from finportal.services.documents.shelf import Issued
from finportal.services.errors import TooMany
from finportal.services.throttle import Limit
from finportal.web import papers
from finportal.web.context import here
from finportal.web.languages import locale
from finportal.web.paper_filters import row_ranges
from finportal.web.wording import channel_name, document_name, movement_name

PRINT = "layouts/print.html"
CSV = "csv"
TYPES = {
    "pdf": "application/pdf",
    CSV: "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DRAWINGS = Limit("drawings", 30, timedelta(minutes=10))
"""New drawings an account may ask for: two years of statements at once, and no end of them."""


def pdf(issued: Issued) -> bytes | None:
    """The signed PDF of a paper in this visitor's language; None while it is being drawn.

    Its bytes are remembered before they leave. Raises DrawingFailed and TooMany.
    """
    portal, language = here(), locale()
    name = f"{issued.code}-{language}-{_standing(issued)}.pdf"
    if portal.drawings.kept(name) is None and not portal.drawings.under_way(name):
        _count(issued.customer_id)
    content = portal.drawings.draw(name, lambda: _html(issued), _signing(issued))
    if content is not None:
        with portal.db.reading() as link:
            known = drawn.is_known(link, content)
        if not known:
            with portal.db.writing() as link:
                drawn.remember(link, issued.id, language, content, portal.clock())
    return content


def sheet(paper: History, kind: str) -> bytes:
    """The payments of a history, a line for each."""
    header = (
        _("Fecha"), _("Registrado"), _("Movimiento"), _("Comprobante"), _("Canal"),
        _("Cuotas"), _("Valor"), _("Gastos"), _("Seguro"), _("Interés de mora"),
        _("Interés corriente"), _("Capital"), _("Saldo a favor"), _("Días de mora"),
        _("Capital después"), _("Reversado el"), _("Anula el comprobante"),
    )  # fmt: skip
    rows = [_row(line) for line in paper.lines]
    if kind == CSV:
        return csv_bytes(header, rows)
    return xlsx_bytes(_("Histórico de pagos")[:31], header, rows)


def name_of(issued: Issued, kind: str) -> str:
    """The name of a file, such as extracto-2026-10-V-100001.pdf."""
    words = document_name(issued.kind).lower().replace(" ", "-")
    which = f"{issued.key}-" if issued.kind == "statement" else ""
    return f"{words}-{which}{issued.loan_number}-{issued.number}.{kind}"


def attached(name: str, content: bytes) -> Response:
    """A file to keep."""
    response = Response(content, content_type=TYPES[name.rpartition(".")[2]])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _standing(issued: Issued) -> str:
    """What can change on a paper that was drawn before: that it is void, and what replaced it."""
    if issued.void is None:
        return "valid"
    return f"void-{issued.replaced_by}" if issued.replaced_by else "void"


def _html(issued: Issued) -> str:
    stamp = papers.stamp(issued, qr=qr_png(papers.check_address(issued.code)))
    template = f"documents/{issued.kind}.html"
    return render_template(template, layout=PRINT, paper=issued.paper, issued=stamp)


def _signing(issued: Issued) -> Finish:
    portal = here()
    reason = f"{document_name(issued.kind)} {issued.number}"
    return finish(SigningKey.of(portal.settings), reason=reason, at=portal.clock())


def _count(customer_id: int) -> None:
    portal = here()
    counters = [throttle.counter(portal.vault, DRAWINGS, str(customer_id))]
    with portal.db.writing() as link:
        wait = throttle.take(link, portal.clock(), counters)
    if wait:
        raise TooMany(wait)


def _row(line: MoneyLine) -> Sequence[Cell]:
    parts = [_pesos(amount) for amount in line.split.parts] if line.split else [None] * 5
    return (
        line.on, line.recorded_on, movement_name(line.kind), line.receipt,
        channel_name(line.channel), row_ranges(line.rows), _pesos(line.amount), *parts,
        _pesos(line.credit) if line.split else None, line.days_late,
        _pesos(line.principal_after), line.reversed_on, line.reverses,
    )  # fmt: skip


def _pesos(amount: Centavos) -> Decimal:
    return Decimal(amount) / 100
