"""Addresses that come back from a browser: which page of ours each one is."""

from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

NOTICE = "aviso"


class Page(NamedTuple):
    """A page of the portal: its path with its query, and the view that shows it."""

    address: str
    endpoint: str


def page_at(address: str) -> Page | None:
    """The page behind an address of this site; None for another site's, or for none of ours."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc and parts.netloc != request.host:
        return None
    if not parts.path.startswith("/") or parts.path[1:2] in {"/", "\\"}:
        return None
    urls = current_app.create_url_adapter(request)
    if urls is None:
        return None
    try:
        endpoint, _values = urls.match(unquote(parts.path), method="GET")
    except (HTTPException, RequestRedirect):
        return None
    path = quote(unquote(parts.path))
    return Page(urlunsplit(("", "", path, parts.query, "")), str(endpoint))


def with_notice(address: str, notice: str | None) -> str:
    """The address with this notice in its query, in place of any other."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != NOTICE]
    if notice:
        query.append((NOTICE, notice))
    return parts._replace(query=urlencode(query)).geturl()
