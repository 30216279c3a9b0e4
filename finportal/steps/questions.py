"""Register by code, beside step 2: another e-mail, after questions about the credit."""

from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import cases, enrolment_codes, identity, questions
from finportal.services.errors import TooMany
from finportal.services.questions import NoMoreRounds, Round
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.question_forms import QuestionsForm, form_for
from finportal.web.rendering import go, show

bp = Blueprint("questions", __name__, url_prefix="/registro/correo/preguntas")

WRONG = _(
    "Alguna respuesta no coincide con su crédito. Por seguridad no decimos cuál. "
    "Estas son otras preguntas."
)
OVER = _("Esas preguntas ya terminaron. Estas son otras.")


@bp.get("")
def ask() -> Response:
    """Show the round that is open, or a new one."""
    try:
        asked = _open_round()
    except NoMoreRounds:
        return _no_more()
    return _form(form_for(asked))


@bp.post("")
def answer() -> BaseResponse:
    """Right answers lead on; wrong ones to other questions, and which was wrong is not told."""
    try:
        asked = _open_round()
        form = form_for(asked)
        if form.round.data != str(asked.id):
            return _form(form_for(asked, form.email.data).refuse(str(OVER)), HTTPStatus.CONFLICT)
        if not form.validate():
            return _form(form, 422)
        if not _right(asked, form):
            fresh = form_for(_open_round(), form.email.data)
            return _form(fresh.refuse(str(WRONG)), 422)
    except NoMoreRounds:
        return _no_more()
    return _go_on(identity.email(form.email.data or ""))


def _go_on(address: str) -> BaseResponse:
    portal, visit, around = here(), session.the_visit(), surroundings()
    if portal.settings.email_change == "staff":
        cases.open_case(portal.db, portal.vault, visit, address, around)
        portal.jobs.wake()
        session.leave()
        return go("ready.asked")
    try:
        enrolment_codes.send(portal.db, portal.vault, visit, address, around)
    except TooMany:
        return go("mailed_code.ask", "code_later")
    portal.jobs.wake()
    return go("mailed_code.ask")


def _open_round() -> Round:
    portal = here()
    return questions.ask(portal.db, portal.vault, session.the_visit(), surroundings())


def _right(asked: Round, form: QuestionsForm) -> bool:
    picked = [int(field.data) for field in form.answers]
    portal, visit = here(), session.the_visit()
    return questions.answer(
        portal.db, portal.vault, visit, surroundings(), round_id=asked.id, picked=picked
    )


def _form(form: BaseForm, status: int = 200) -> Response:
    return show("steps/questions.html", status, form=form)


def _no_more() -> Response:
    return show("steps/questions_over.html", HTTPStatus.TOO_MANY_REQUESTS)
