"""What a closed session or an old password stopped: kept, led back to, and filled in again."""

from collections.abc import Iterator
from typing import Any

from flask import g, request
from flask.globals import request_ctx
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from finportal.journey import SIGNED_IN_ONLY, home_of
from finportal.services import unfinished
from finportal.services.unfinished import Typed, Unfinished
from finportal.services.visits import SIGNED_IN
from finportal.web.addresses import page_at, with_notice
from finportal.web.context import here, surroundings
from finportal.web.rendering import leave_for, leave_for_address
from finportal.web.session import CSRF_FIELD, current_visit, is_own_token

FIELDS = {
    "my_data": ("new",),
    "my_contact": ("new",),
    "new_document": ("fecha", "desde", "hasta", "dirigido", "ano"),
    "personalise": ("picture", "shown", "phrase"),
    "preferences": tuple(
        f"{purpose}_{part}"
        for purpose in ("collections", "service", "commercial")
        for part in ("channels", "weekdays", "saturdays")
    ),
}
"""What is kept of the forms that `ask` shows and `answer` takes; never a password or a code."""

BEHIND_SIGN_IN = {*SIGNED_IN_ONLY, "personalise"}
NO_WAY_BACK = {"downloads", "document_files", "my_data_copy.take", "confirm", "held", "stay"}
"""Files, which would leave the browser where it was, and pages on the way to others."""
LONGEST_ADDRESS = 500
_UNREAD: Any = object()


def keep() -> bool:
    """Keep the page that was asked for, or whose form was sent; True when something was typed."""
    page = next(_pages(), None)
    if page is None or len(page) > LONGEST_ADDRESS:
        return False
    portal, typed = here(), _typed()
    kept = unfinished.keep(portal.db, portal.vault, Unfinished(page, typed), surroundings())
    g.kept_unfinished = kept
    return kept and bool(typed)


def keep_form() -> None:
    """Keep what was typed in a form that has to wait for the password."""
    if _is_form("answer"):
        keep()


def onward(stage: str, notice: str | None = None) -> BaseResponse:
    """On after signing in: to what this browser left unfinished, or where its stage goes on."""
    left = _left() if stage == SIGNED_IN else None
    if left is None:
        return leave_for(home_of(stage), notice)
    if not left.typed:
        forget()
    return leave_for_address(with_notice(left.address, "unfinished" if left.typed else notice))


def filled_in() -> "MultiDict[str, str] | None":
    """What the form of the page that is being shown held when it was stopped."""
    if request.method != "GET" or not _is_form("ask"):
        return None
    left = _left()
    if left is None or with_notice(request.full_path, None) != left.address:
        return None
    return MultiDict((name, text) for name, texts in left.typed.items() for text in texts)


def forget_sent(response: BaseResponse) -> BaseResponse:
    """After a form was taken nothing of it is left to fill in."""
    asked = request_ctx.request
    taken = asked.method == "POST" and response.status_code in {204, 303} and _is_form("answer")
    if taken and not g.get("kept_unfinished"):
        forget()
    return response


def forget() -> None:
    """Erase what this session's browser left, if anything."""
    visit = current_visit()
    if visit and _left():
        with here().db.writing() as link:
            unfinished.forget(link, visit)


def _pages() -> Iterator[str]:
    """Where to go back to, the likeliest first: this address, its form's, the page it stood on."""
    opens = request.method in {"GET", "HEAD"} or _is_form("answer")
    waiting = request.values.get("a", "") if request.blueprint == "confirm" else ""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    for address in (waiting, request.full_path if opens else "", shown):
        page = page_at(address)
        if page and _leads_back(page.endpoint):
            yield with_notice(page.address, None)


def _leads_back(endpoint: str) -> bool:
    blueprint = endpoint.partition(".")[0]
    return blueprint in BEHIND_SIGN_IN and NO_WAY_BACK.isdisjoint({blueprint, endpoint})


def _typed() -> Typed:
    if not _is_form("answer") or not is_own_token(request.form.get(CSRF_FIELD)):
        return {}
    names = FIELDS[str(request.blueprint)]
    return {name: request.form.getlist(name) for name in names if name in request.form}


def _is_form(view: str) -> bool:
    blueprint = request.blueprint
    return blueprint in FIELDS and request.endpoint == f"{blueprint}.{view}"


def _left() -> Unfinished | None:
    """What this session's browser left; read once a request."""
    left: Unfinished | None = g.get("unfinished", _UNREAD)
    if left is _UNREAD:
        visit, portal = current_visit(), here()
        left = None
        if visit and visit.entered and visit.device_id:
            with portal.db.reading() as link:
                left = unfinished.of(link, portal.vault, visit, portal.clock())
        g.unfinished = left
    return left
