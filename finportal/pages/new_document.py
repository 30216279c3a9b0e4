"""A new document: what it is for, and the few things it needs to know."""

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.documents import subject
from finportal.services.documents.offer import Offer, offer
from finportal.services.documents.subject import Subject
from finportal.services.errors import Refused
from finportal.web import papers, session
from finportal.web.context import here, surroundings
from finportal.web.paper_forms import FORMS, PaperForm, form_for
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("new_document", __name__, url_prefix="/documentos/nuevo")

NAMES = ", ".join(f"'{name}'" for name in FORMS)


@bp.get(f"/<any({NAMES}):name>")
def ask(name: str) -> Response:
    """Show what the paper is for and what it needs."""
    about, found = _asked()
    return _page(name, about, found, _form(name, about, found))


@bp.post(f"/<any({NAMES}):name>")
def answer(name: str) -> BaseResponse:
    """Issue it, or find the same one."""
    about, found = _asked()
    form = _form(name, about, found)
    if not form.validate():
        return _page(name, about, found, form, 422)
    desk = papers.desk()
    issue = desk.issue_anew if name == "cupon" else desk.issue
    try:
        issued = issue(
            session.the_visit().customer_id or 0,
            about.credit.loan_number,
            form.wanted(),
            surroundings(),
        )
    except Refused as why:
        words = str(papers.WHY_NOT[type(why).__name__])
        return _page(name, about, found, form.refuse(words), 422)
    return go("documents.one", code=issued.code)


def _asked() -> tuple[Subject, Offer]:
    number = request.args.get("credito", "")
    with here().db.reading() as link:
        about = subject.own(link, session.the_visit().customer_id or 0, number, here().clock())
        if about is None:
            abort(404)
        return about, offer(link, about)


def _form(name: str, about: Subject, found: Offer) -> PaperForm:
    begins = about.credit.contract.begins
    years = found.tax_years if name == "tributario" else found.years
    return form_for(name, begins, max(begins, about.today), years)


def _page(name: str, about: Subject, found: Offer, form: PaperForm, status: int = 200) -> Response:
    template = f"pages/new_document_{name.replace('-', '_')}.html"
    return draw(template, status, about=about, offer=found, form=form, name=name)
