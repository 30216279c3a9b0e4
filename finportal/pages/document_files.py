"""Documents as files: the signed PDF, and a history for spreadsheets."""

from flask import Blueprint, Response, abort

from finportal.adapters.pdf import DrawingFailed
from finportal.services.documents.papers import History
from finportal.web import paper_files, papers
from finportal.web.rendering import show as draw

bp = Blueprint("document_files", __name__, url_prefix="/documentos")


@bp.get("/<code:code>.pdf")
def pdf(code: str) -> Response:
    """Hand the PDF out, or say that it is being prepared."""
    issued = papers.own_paper(code)
    try:
        content = paper_files.pdf(issued)
    except DrawingFailed:
        return _later(draw("pages/document_failed.html", 503, issued=issued))
    if content is None:
        response = _later(draw("pages/document_preparing.html", 202, issued=issued))
        response.headers["Refresh"] = "3"
        return response
    return paper_files.attached(paper_files.name_of(issued, "pdf"), content)


@bp.get("/<code:code>.<any(csv, xlsx):kind>")
def sheet(code: str, kind: str) -> Response:
    """A history for a spreadsheet."""
    issued = papers.own_paper(code)
    if not isinstance(issued.paper, History):
        abort(404)
    content = paper_files.sheet(issued.paper, kind)
    return paper_files.attached(paper_files.name_of(issued, kind), content)


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = "3"
    return response
