"""Descargar mis datos: asked for, waited for, and taken, each with a password just given."""

from flask import Blueprint, Response, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from finportal.models.takeouts import ASKED
from finportal.services.days import bogota_day
from finportal.services.my_data import takeouts
from finportal.services.my_data.takeouts import Held, Standing
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import from_our_page
from finportal.web.freshness import password_again
from finportal.web.rendering import go, leave_for
from finportal.web.rendering import show as draw

bp = Blueprint("my_data_copy", __name__, url_prefix="/datos/descargar")

TIMES = 20
"""A page asks again so often by itself, every 3 seconds; without script 6 times, every 10."""


@bp.get("")
@password_again
def ask() -> Response:
    """Say what the file holds, and how the one that was asked for stands."""
    return _page(_standing(), 0)


@bp.post("")
@password_again
@from_our_page
def answer() -> BaseResponse:
    """Ask for the file; one that is being made is not asked for twice."""
    portal = here()
    try:
        takeouts.ask(portal.db, portal.vault, session.the_visit(), surroundings())
    except Held:
        return go("my_data_copy.ask", "held")
    portal.jobs.wake()
    return go("my_data_copy.ask", "copy_asked")


@bp.get("/espera")
def wait() -> BaseResponse:
    """Ask again while the file is being made; then on to where it can be taken."""
    found = _standing()
    if found is None or found.state != ASKED:
        return leave_for("my_data_copy.ask")
    times = request.args.get("vez", TIMES, type=int)
    return _page(found, min(max(times, 0), TIMES))


@bp.get("/mis-datos.zip")
def take() -> BaseResponse:
    """Hand out the customer's own file; the address is the same for everybody and names nobody."""
    portal, visit = here(), session.the_visit()
    if not visit.fresh(portal.clock()):
        return go("confirm.ask", a=url_for("my_data_copy.ask"))
    try:
        with portal.db.writing() as link:
            found = takeouts.taken(link, visit, surroundings())
    except Held:
        return go("my_data_copy.ask", "held")
    file = portal.bundles.open(found.name) if found else None
    if found is None or file is None:
        return go("my_data_copy.ask", "copy_gone")
    name = f"mis-datos-{bogota_day(found.asked_at)}.zip"
    response = send_file(file, "application/zip", as_attachment=True, download_name=name)
    if found.size is not None:
        response.content_length = found.size
    return response


def _standing() -> Standing | None:
    with here().db.reading() as link:
        customer_id = session.the_visit().customer_id or 0
        return takeouts.standing(link, customer_id, here().clock())


def _page(found: Standing | None, times: int) -> Response:
    visit = session.the_visit()
    held_until = visit.held_until if visit.held(here().clock()) else None
    return draw(
        "pages/my_data_copy.html",
        found=found,
        held_until=held_until,
        times=times,
        most_times=TIMES,
    )
