"""Contact data: what is known and since when; address and city are changed at once."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.contacts import own
from finportal.services.contacts.changing import Held, Unchanged
from finportal.services.contacts.fields import PROVABLE
from finportal.services.errors import AlreadyDone
from finportal.web import session
from finportal.web.contact_forms import FIELD_OF, FORM_OF, form_page, unless_held
from finportal.web.context import here, surroundings
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("my_data", __name__, url_prefix="/datos")
AT_ONCE = "<any(direccion, ciudad):what>"


@bp.get("")
def show() -> Response:
    """The contact data, masked while the account is held."""
    around, visit = surroundings(), session.the_visit()
    entries = own.entries(here().db, visit, around)
    held = own.held_until(here().db, visit, around)
    by_text = PROVABLE if around.texts else ()
    return draw(
        "pages/my_data.html", entries=entries, held=held, links=_links(), told_by_text=by_text
    )


@bp.get(f"/{AT_ONCE}")
@unless_held
def ask(what: str) -> Response:
    """Show the form."""
    return form_page(what, FORM_OF[FIELD_OF[what]]())


@bp.post(f"/{AT_ONCE}")
@unless_held
def answer(what: str) -> BaseResponse:
    """Change it; a second press of the button finds it changed."""
    form, portal, field = FORM_OF[FIELD_OF[what]](), here(), FIELD_OF[what]
    if not form.validate():
        return form_page(what, form, 422)
    try:
        own.change(
            portal.db,
            portal.vault,
            session.the_visit(),
            field,
            form["new"].data,
            around=surroundings(),
        )
    except Unchanged:
        return go("my_data.show", "contact_same")
    except Held as error:
        raise AlreadyDone from error
    portal.jobs.wake()
    return go("my_data.show", "contact_changed")


def _links() -> dict[str, str]:
    """Where each of the contact data is changed."""
    return {
        field: url_for(f"{'my_contact' if field in PROVABLE else 'my_data'}.ask", what=what)
        for what, field in FIELD_OF.items()
    }
