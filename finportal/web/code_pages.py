"""What every page that asks for a code does: takes one, and sends another."""

from collections.abc import Callable
from http import HTTPStatus

from werkzeug.wrappers import Response as BaseResponse

from finportal.services.codes import CodeOver, WrongCode
from finportal.services.errors import TooMany
from finportal.web.code_forms import CodeForm, asked_too_often
from finportal.web.context import here
from finportal.web.forms import STALE, BaseForm

Draw = Callable[[CodeForm, int], BaseResponse]


def take(opens: Callable[[str], BaseResponse], draw: Draw) -> BaseResponse:
    """What the typed code `opens`, or the form with what is wrong with it."""
    form = CodeForm()
    if not form.validate():
        return draw(form, 422)
    try:
        return opens(form.code.data or "")
    except WrongCode as why:
        return draw(form.explained(why), 422)
    except CodeOver as why:
        return draw(form.explained(why), HTTPStatus.CONFLICT)


def send_again(send: Callable[[], BaseResponse], draw: Draw) -> BaseResponse:
    """Another code is sent, or the form says when one may be asked for."""
    form = CodeForm(formdata=None)
    if not BaseForm().validate():
        form.refuse(str(STALE))
        return draw(form, 422)
    try:
        answer = send()
    except TooMany as refusal:
        form.refuse(asked_too_often(refusal.wait))
        return draw(form, HTTPStatus.TOO_MANY_REQUESTS)
    here().jobs.wake()
    return answer
