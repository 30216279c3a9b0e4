"""Views that ask for the password again unless it was given in the last minutes."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from finportal.web import session
from finportal.web.context import here
from finportal.web.rendering import go

HOME = "overview.show"


def password_again(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
    """A view that opens only while the password is fresh; else it is asked for, and then opens.

    A form that comes too late is not carried out: after the password its page opens anew.
    """

    @wraps(view)
    def fresh(**values: object) -> BaseResponse:
        if session.the_visit().fresh(here().clock()):
            return view(**values)
        return go("confirm.ask", a=request.full_path.rstrip("?"))

    return fresh


def way_back(address: str) -> str:
    """The page of ours behind an address that travelled with the browser, or the overview."""
    parts = urlsplit(address)
    elsewhere = parts.scheme or parts.netloc or parts.path[1:2] in {"/", "\\"}
    if elsewhere or not parts.path.startswith("/"):
        return url_for(HOME)
    urls = current_app.create_url_adapter(request)
    try:
        if urls is not None:
            urls.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return url_for(HOME)
    return parts._replace(fragment="").geturl()
