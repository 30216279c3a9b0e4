"""Documentos: what may be asked for, what was issued, and each paper on the screen."""

import re

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.documents import delivery, kinds, subject
from finportal.services.documents.offer import offer
from finportal.services.documents.refusals import NoSuchPeriod
from finportal.services.errors import Refused
from finportal.web import papers, session
from finportal.web.context import here, surroundings
from finportal.web.forms import from_our_page
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("documents", __name__, url_prefix="/documentos")

NEWEST = 25
RECORD = re.compile(r"[0-9]{1,15}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@bp.get("")
def show() -> Response:
    """List the papers of a credit: the one asked for, or the customer's first."""
    now, customer_id = here().clock(), session.the_visit().customer_id or 0
    with here().db.reading() as link:
        asked = request.args.get("credito") or None
        named, about = subject.of_customer(link, customer_id, asked, now)
        if asked and about is None:
            abort(404)
        return draw(
            "pages/documents.html",
            named=named,
            about=about,
            offer=offer(link, about) if about else None,
            medium=delivery.chosen(link, customer_id),
            most=None if "todos" in request.args else NEWEST,
        )


@bp.get("/<code:code>")
def one(code: str) -> Response:
    """Show a paper on the screen."""
    issued = papers.own_paper(code)
    return draw(
        f"documents/{issued.kind}.html",
        above="pages/document_actions.html",
        paper=issued.paper,
        issued=papers.stamp(issued),
        listed=issued,
        size=issued.size,
        outdated=papers.outdated(issued),
    )


@bp.post("/extracto")
@from_our_page
def statement() -> BaseResponse:
    """Issue the statement of a month, or find the one that was."""
    month = request.form.get("mes", "")
    return _issue(kinds.statement(month if MONTH.fullmatch(month) else ""))


@bp.post("/comprobante")
@from_our_page
def receipt() -> BaseResponse:
    """Issue the receipt of a payment, or find the one that was."""
    record = request.form.get("movimiento", "")
    return _issue(kinds.receipt(int(record) if RECORD.fullmatch(record) else 0))


@bp.post("/<code:code>/corregir")
@from_our_page
def correct(code: str) -> BaseResponse:
    """Issue the paper anew; the one before is void if it says otherwise."""
    issued = papers.own_paper(code)
    if issued.kind not in papers.CORRECTED:
        abort(404)
    wanted = kinds.Wanted(issued.kind, issued.key)
    try:
        anew = papers.desk().issue_anew(
            issued.customer_id, issued.loan_number, wanted, surroundings()
        )
    except Refused:
        return go("documents.one", "not_anew", code=code)
    return go("documents.one", code=anew.code)


@bp.post("/aviso")
@from_our_page
def notify() -> BaseResponse:
    """Choose whether new statements are told of by mail."""
    medium = "mail" if request.form.get("medio") == "mail" else "portal"
    with here().db.write() as link:
        customer_id = session.the_visit().customer_id or 0
        delivery.choose(link, customer_id, medium, surroundings())
    return go("documents.show", f"notice_{medium}", credito=request.form.get("credito"))


def _issue(wanted: kinds.Wanted) -> BaseResponse:
    customer_id = session.the_visit().customer_id or 0
    number = request.form.get("credito", "")
    try:
        issued = papers.desk().issue(customer_id, number, wanted, surroundings())
    except NoSuchPeriod:
        abort(404)
    except Refused:
        return go("documents.show", "not_yet", credito=number)
    return go("documents.one", code=issued.code)
