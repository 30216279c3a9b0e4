"""Before each request: is it from our own pages, a visitor's turn, the visitor's own things."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask, Request, abort
from flask.globals import request_ctx
from werkzeug.wrappers import Response as BaseResponse

from finportal.journey import FIELDS, OWNED, SIGNED_IN_ONLY, Part, Stage, part_of, sent_elsewhere
from finportal.services import ownership
from finportal.web import unfinished
from finportal.web.context import here
from finportal.web.errors import Maintenance
from finportal.web.rendering import leave_for
from finportal.web.session import current_visit, keep_alive, lapsed, send_device_cookie, the_visit

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
UNTOUCHED_BY_MAINTENANCE = "assets"
BETWEEN_SERVERS = "notices_in"
"""Whoever sends here is no browser: a body of JSON, no session, and nothing to remember."""
JSON = {"application/json"}


def init_guard(app: Flask) -> None:
    """Stand at the door."""
    app.before_request(ask)
    app.after_request(unfinished.forget_sent)
    app.after_request(send_device_cookie)


def ask() -> BaseResponse | None:
    """The four questions, in this order, of the request itself: a proxy costs at each use."""
    request = request_ctx.request
    refuse_other_sites(request)
    stop_for_maintenance(request)
    elsewhere = keep_to_the_journey(request)
    if elsewhere is None:
        keep_to_ones_own(request)
    return elsewhere


def refuse_other_sites(request: Request) -> None:
    """A change may only be asked for by our own pages (Fetch Metadata, else Origin)."""
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        abort(403)
    named = origin not in {None, "null"}  # a page that sends no referrer names no origin either
    if site is None and named and urlsplit(origin or "").netloc != request.host:
        abort(403)
    taken = JSON if request.blueprint == BETWEEN_SERVERS else FORM_TYPES
    if request.content_length and request.mimetype not in taken:
        abort(415)


def stop_for_maintenance(request: Request) -> None:
    """While `instance/maintenance` exists, everyone is asked to come back later."""
    closed = os.path.exists(here().maintenance_file)  # noqa: PTH110 - asked at every request
    if closed and request.blueprint != UNTOUCHED_BY_MAINTENANCE:
        raise Maintenance


def keep_to_the_journey(request: Request) -> BaseResponse | None:
    """Send visitors to where they may be; pages behind the sign-in keep the session alive."""
    no_page = request.url_rule is None
    if no_page or request.blueprint in {UNTOUCHED_BY_MAINTENANCE, BETWEEN_SERVERS}:
        return None
    where = str(request.blueprint)
    visit, now = current_visit(), here().clock()
    elsewhere = sent_elsewhere(
        Stage[visit.stage.upper()] if visit else Stage.STRANGER,
        where,
        expired=visit is None and lapsed(),
        held=visit is not None and visit.held(now),
    )
    if elsewhere:
        kept = visit is None and where in unfinished.BEHIND_SIGN_IN and unfinished.keep()
        return leave_for(elsewhere.endpoint, "expired_kept" if kept else elsewhere.notice)
    if visit:
        keep_alive(visit, now)
    return None


def keep_to_ones_own(request: Request) -> None:
    """What the address or a form names exists for its owner alone; 404 for everybody else."""
    parts = list(_named(request))
    if any(part is None for part, _ in parts):
        abort(404)
    owned = [(part, name) for part, name in parts if part in OWNED]
    if owned and not _owns(owned):
        abort(404)


def _named(request: Request) -> Iterator[tuple[Part | None, str]]:
    blueprint = str(request.blueprint)
    for name, value in (request.view_args or {}).items():
        yield part_of(blueprint, name), str(value)
    if blueprint in SIGNED_IN_ONLY:
        for field, part in FIELDS.items():
            sent = {*request.args.getlist(field), *request.form.getlist(field)}
            yield from ((part, value) for value in sent if value)


def _owns(parts: list[tuple[Part, str]]) -> bool:
    customer_id = the_visit().customer_id
    with here().db.reading() as link:
        return customer_id is not None and all(
            ownership.owns(link, customer_id, part, name) for part, name in parts
        )
