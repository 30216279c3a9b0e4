"""Answers: a page or its fragment from one template, and the ways on – all that knows HTMX."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

PAGE, FRAGMENT = "layouts/page.html", "layouts/fragment.html"


def is_fragment() -> bool:
    """Whether htmx asks for the part to swap in; after Back it gets a whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def show(template: str, status: int = 200, **values: Any) -> Response:
    """Draw a template as a whole page, or as title and main for htmx."""
    layout = FRAGMENT if is_fragment() else PAGE
    response = make_response(render_template(template, layout=layout, **values), status)
    _varied(response)
    return response


def go(endpoint: str, notice: str | None = None, **values: Any) -> BaseResponse:
    """On to another address of the portal, by GET (303)."""
    return _varied(redirect(url_for(endpoint, aviso=notice, **values), 303))


def leave_for(endpoint: str, notice: str | None = None, **values: Any) -> BaseResponse:
    """On to a page under another menu: htmx loads it whole instead of swapping a part."""
    return leave_for_address(url_for(endpoint, aviso=notice, **values))


def leave_for_address(address: str) -> BaseResponse:
    """The same, to an address of the portal."""
    if not is_fragment():
        return _varied(redirect(address, 303))
    return _varied(Response(status=204, headers={"HX-Redirect": address}))


def _varied(response: BaseResponse) -> BaseResponse:
    response.headers["Vary"] = "HX-Request"
    return response
