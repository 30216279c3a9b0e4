"""Views that ask for the password again unless it was given in the last minutes."""

from collections.abc import Callable
from functools import wraps

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from finportal.web import session, unfinished
from finportal.web.addresses import page_at
from finportal.web.context import here
from finportal.web.rendering import go

HOME = "overview.show"


def password_again(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
    """A view that opens only while the password is fresh; else it is asked for, and then opens.

    A form that comes too late is not carried out: after the password its page opens with what was
    typed.
    """

    @wraps(view)
    def fresh(**values: object) -> BaseResponse:
        if session.the_visit().fresh(here().clock()):
            return view(**values)
        unfinished.keep_form()
        return go("confirm.ask", a=request.full_path.rstrip("?"))

    return fresh


def way_back(address: str) -> str:
    """The page of ours behind an address that travelled with the browser, or the overview."""
    page = page_at(address)
    return page.address if page else url_for(HOME)
