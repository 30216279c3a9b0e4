"""Sign in, step 2: the image and the phrase, and what to do when they are not one's own."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from finportal.services import signin, visits
from finportal.web import session
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm
from finportal.web.recognition import recognition_of
from finportal.web.rendering import go, show

bp = Blueprint("image", __name__, url_prefix="/ingresar/imagen")


class ImageForm(BaseForm):
    """Nothing but the button."""


@bp.get("")
def ask() -> Response:
    """Show image and phrase."""
    return show(
        "steps/image.html",
        form=ImageForm.blank(),
        recognition=recognition_of(session.the_visit()),
    )


@bp.post("")
def answer() -> BaseResponse:
    """The visitor goes on."""
    form = ImageForm()
    if not form.validate():
        return show(
            "steps/image.html", 422, form=form, recognition=recognition_of(session.the_visit())
        )
    with here().db.writing() as link:
        visits.confirm_image(link, session.the_visit().id)
    return go("password.ask")


@bp.get("/no-es-mia")
def ask_report() -> Response:
    """Explain what an unknown image may mean."""
    return show("steps/image_report.html", form=ImageForm.blank())


@bp.post("/no-es-mia")
def report() -> BaseResponse:
    """Tell staff, and end this attempt."""
    form = ImageForm()
    if not form.validate():
        return show("steps/image_report.html", 422, form=form)
    signin.report_image(here().db, session.the_visit(), surroundings())
    session.leave()
    return go("home.show", "image_reported")
