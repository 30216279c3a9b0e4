"""What a closed session or an old password stopped: kept, led back to, and filled in again."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

from flask import g, request
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from finportal.journey import SIGNED_IN_ONLY, home_of
from finportal.models.preferences import PURPOSES
from finportal.services import unfinished
from finportal.services.unfinished import Typed, Unfinished
from finportal.services.visits import SIGNED_IN
from finportal.web.addresses import NOTICE, page_at, with_notice
from finportal.web.context import here
from finportal.web.rendering import leave_for, leave_for_address
from finportal.web.session import current_visit, is_own_form, session_token

log = logging.getLogger(__name__)

KEPT_FIELDS = {
    "my_data": ("new",),
    "my_contact": ("new",),
    "new_document": ("fecha", "desde", "hasta", "dirigido", "ano"),
    "personalise": ("picture", "shown", "phrase"),
    "preferences": tuple(
        f"{purpose}_{part}"
        for purpose in PURPOSES
        for part in ("channels", "weekdays", "saturdays")
    ),
}
"""What is kept of the forms that `ask` shows and `answer` takes; never a password or a code."""

BEHIND_SIGN_IN = {*SIGNED_IN_ONLY, "personalise"}
NO_WAY_BACK = {
    "downloads", "document_files", "my_data_copy.take",
    "confirm", "held", "stay", "my_data_copy.wait", "payments.wait", "payments.leave",
}  # fmt: skip
"""Files, which would leave the browser where it was, and pages on the way to others."""
LONGEST_ADDRESS = 500
FILLED_IN = "unfinished"
"""The notice by which a page fills its form in again."""


@contextmanager
def _courtesy() -> Iterator[None]:
    """What the database fails at here costs nobody the way on, nor what was already done."""
    try:
        yield
    except DBAPIError:
        log.exception("what was under way is left alone")


def keep() -> bool:
    """Keep the page asked for, or whose form was sent; True when something typed is kept."""
    token, page = session_token(), next(_pages(), None)
    if token is None or page is None or len(page) > LONGEST_ADDRESS:
        return False
    portal, left = here(), Unfinished(page, _typed())
    g.kept_unfinished = False
    with _courtesy():
        g.kept_unfinished = unfinished.keep(portal.db, portal.vault, token, left, portal.clock())
    return bool(g.kept_unfinished)


def keep_form() -> None:
    """Keep what was typed in a form that has to wait for the password."""
    if _is_form("answer"):
        keep()


def onward(stage: str, notice: str | None = None) -> BaseResponse:
    """On after signing in: to what this browser left unfinished, or where its stage goes on."""
    left = _waiting() if stage == SIGNED_IN else None
    if left is None:
        return leave_for(home_of(stage), notice)
    return leave_for_address(with_notice(left.address, FILLED_IN if left.typed else notice))


def resumed(address: str) -> str:
    """The address to go on at after the password, its form filled in when it waited for that."""
    left = _waiting(with_notice(address, None))
    return with_notice(address, FILLED_IN) if left and left.typed else address


def filled_in() -> "MultiDict[str, str] | None":
    """What the form of the page that is being shown held when it was stopped."""
    if request.method != "GET" or not _is_form("ask") or request.args.get(NOTICE) != FILLED_IN:
        return None
    if "filled_in" not in g:
        g.filled_in = _left(unfinished.found)
    left: Unfinished | None = g.filled_in
    if left is None or not left.typed or left.address != _address():
        return None
    return MultiDict((name, text) for name, texts in left.typed.items() for text in texts)


def forget() -> None:
    """Erase what this browser's session left, open or lapsed."""
    if token := session_token():
        with _courtesy():
            unfinished.forget(here().db, token)


def forget_sent(response: BaseResponse) -> BaseResponse:
    """After the form that was kept has been taken, nothing is left to fill in."""
    taken = request.method == "POST" and response.status_code in {204, 303} and _is_form("answer")
    if taken and not g.get("kept_unfinished"):
        with _courtesy():
            left, visit = _left(unfinished.found), current_visit()
            if left and visit and left.address == _address():
                with here().db.writing() as link:
                    unfinished.erase(link, visit)
    return response


def _waiting(address: str | None = None) -> Unfinished | None:
    """What waits to be led back to, at this address or at any, which it does no more from now."""
    with _courtesy():
        left, visit, portal = _left(unfinished.waiting), current_visit(), here()
        if left and visit and address in {None, left.address}:
            with portal.db.writing() as link:
                unfinished.led(link, visit, portal.clock())
            return left
    return None


def _left(read: Callable[..., Unfinished | None]) -> Unfinished | None:
    visit, portal = current_visit(), here()
    if visit is None or not visit.signed_in:
        return None
    with portal.db.reading() as link:
        return read(link, portal.vault, visit, portal.clock())


def _pages() -> Iterator[str]:
    """Where to go back to, the likeliest first: this address, its form's, the page it stood on."""
    opens = request.method in {"GET", "HEAD"} or _is_form("answer")
    waiting = request.values.get("a", "") if request.blueprint == "confirm" else ""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    for address in (waiting, _address() if opens else "", shown):
        page = page_at(address)
        if page and _leads_back(page.endpoint):
            yield with_notice(page.address, None)


def _leads_back(endpoint: str) -> bool:
    blueprint = endpoint.partition(".")[0]
    return blueprint in BEHIND_SIGN_IN and NO_WAY_BACK.isdisjoint({blueprint, endpoint})


def _address() -> str:
    """The address of this request, quoted as it came, without its notice."""
    query = urlencode(list(request.args.items(multi=True)))
    return with_notice(f"{quote(request.path)}?{query}", None)


def _typed() -> Typed:
    """The fields that are kept, of a form of ours, but for texts that hold one that is not."""
    if not _is_form("answer") or not is_own_form():
        return {}
    names, form = KEPT_FIELDS[str(request.blueprint)], request.form
    secrets = [text for name, text in form.items(multi=True) if name not in names and text]
    return {
        name: form.getlist(name)
        for name in names
        if name in form and not _holds(form.getlist(name), secrets)
    }


def _holds(texts: list[str], secrets: list[str]) -> bool:
    return any(one.casefold() in text.casefold() for one in secrets for text in texts)


def _is_form(view: str) -> bool:
    blueprint = request.blueprint
    return blueprint in KEPT_FIELDS and request.endpoint == f"{blueprint}.{view}"
