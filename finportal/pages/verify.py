"""Verificar: whether a document is ours and holds, for anyone who has it in their hands."""

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as BaseResponse

from finportal.services.documents import checking
from finportal.web.context import here, surroundings
from finportal.web.forms import BaseForm, text_field
from finportal.web.paper_check import checked
from finportal.web.rendering import go
from finportal.web.rendering import show as draw

bp = Blueprint("verify", __name__, url_prefix="/verificar")

LARGEST = 2 * 1024 * 1024
WRONG_CODE = _("Escriba los 12 signos del código, como ABCD-EFGH-JKLM; no usan O, I, 0 ni 1")


TOO_LARGE = _("El archivo pesa más de 2 MB: no es uno de los nuestros")
EMPTY = _("El archivo está vacío. Elija otro")
NO_FILE = _("Elija el archivo PDF que quiere verificar")


class CodeForm(BaseForm):
    """The code printed on the paper."""

    codigo = text_field(
        _("Código de verificación"), WRONG_CODE, autocapitalize="characters", autocomplete="off"
    )


class FileForm(BaseForm):
    """The PDF itself."""

    archivo = FileField(_("Archivo PDF"), render_kw={"type": "file", "accept": "application/pdf"})


@bp.get("")
def ask() -> Response:
    """Show both ways to check."""
    return _asking()


@bp.post("")
def answer() -> BaseResponse:
    """On to the page of the code that was typed."""
    form = CodeForm()
    code = checking.canonical(form.codigo.data or "")
    if form.validate() and code:
        return go("verify.show", code=code)
    form.codigo.errors = form.codigo.errors or [WRONG_CODE]
    return _asking(form, 422)


@bp.get("/archivo")
def ask_file() -> BaseResponse:
    """Back to the form: a file is sent, not looked up."""
    return go("verify.ask")


@bp.post("/archivo")
def file() -> Response:
    """Say whether these bytes are exactly what was handed out."""
    if (request.content_length or 0) > LARGEST:
        return _asking(_refused(FileForm(None), TOO_LARGE), 422)
    request.max_content_length = request.max_form_memory_size = LARGEST
    form = FileForm()
    content = b""
    if form.archivo.data:
        with form.archivo.data.stream as stream:
            content = stream.read()
    if not form.validate():
        return _asking(form, 422)
    if not content:
        return _asking(_refused(form, EMPTY if form.archivo.data else NO_FILE), 422)
    found = checking.of_bytes(here().db, here().vault, content, surroundings())
    return draw("pages/verified_file.html", found=found and checked(found))


@bp.get("/<code>")
def show(code: str) -> Response:
    """Say what is known of a code: authentic, void or unknown."""
    found = checking.of_code(here().db, here().vault, code, surroundings())
    status = 200 if found else 404
    return draw("pages/verified.html", status, found=found and checked(found), code=code)


def _refused(form: FileForm, words: str) -> FileForm:
    form.archivo.errors = [words]
    return form


def _asking(form: BaseForm | None = None, status: int = 200) -> Response:
    form = form or CodeForm(None)
    by_code = form if isinstance(form, CodeForm) else CodeForm(None)
    by_file = form if isinstance(form, FileForm) else FileForm(None)
    return draw("pages/verify.html", status, form=form, by_code=by_code, by_file=by_file)
