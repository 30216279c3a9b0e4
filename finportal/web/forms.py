"""What forms share: a base that explains a stale page, and the fields that several steps use."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Self, cast

from flask import abort
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.csrf.core import CSRF
from wtforms.validators import EqualTo, InputRequired, Length

from finportal.adapters.secrets import PASSWORD_MAX_LENGTH
from finportal.services import identity
from finportal.web.languages import locale
from finportal.web.session import is_own_token
from finportal.web.unfinished import filled_in

TEXT_MAX_LENGTH = 254
PASSWORD_INPUT = 4 * PASSWORD_MAX_LENGTH
"""More than is accepted: a password that is too long is told so, not cut off."""
STALE = _(
    "Esta página estuvo abierta mucho tiempo. Revise los datos y envíela otra vez. Si el mensaje "
    "sigue apareciendo, permita las cookies de este sitio."
)
AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}
UNPRINTABLE = _("Escriba solo letras, números y signos")


class OwnToken(CSRF):
    """Checks the token of a form, which the page that shows the form writes itself."""

    def generate_csrf_token(self, _field: Field) -> str:
        """Make none: an answered form would throw it away."""
        return ""

    def validate_csrf_token(self, _form: FlaskForm, field: Field) -> None:
        """Refuse a form that was not drawn for this visitor."""
        if not is_own_token(field.data):
            raise ValidationError(STALE)


class BaseForm(FlaskForm):
    """A form with its CSRF token; `problems` lists what is wrong, field by field."""

    class Meta(FlaskForm.Meta):
        """What Flask-WTF reads."""

        csrf_class = OwnToken

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What was sent; on a page that is shown, what its form held when it was stopped."""
            sent = super().wrap_formdata(form, formdata)
            return filled_in() if sent is None and formdata is not None else sent

    form_error: str | None = None
    first: tuple[str, ...] = ()
    """Names of inherited forms' later fields that stand first on the page."""

    @classmethod
    def blank(cls) -> Self:
        """The form as it is first shown: made once a language, never filled in, nobody's own."""
        key = cls, locale()
        if key not in _BLANKS:
            form = _BLANKS[key] = cls(formdata=None)
            for field in form:
                field.label.text = str(field.label.text)
                field.drawn = {}
        return cast("Self", _BLANKS[key])

    @property
    def stale(self) -> bool:
        """Whether only the token is at fault: the page was open too long."""
        return "csrf_token" in self.errors

    def refuse(self, message: str) -> "BaseForm":
        """Add a problem that belongs to no single field."""
        self.form_error = message
        return self

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Each problem with the id of its field (None for the whole form), in page order."""
        listed: list[tuple[str | None, str]] = [(None, self.form_error)] if self.form_error else []
        if self.stale:
            listed.append((None, STALE))
        return listed + [
            (_anchor(field), field.errors[0])
            for field in sorted(self, key=lambda field: field.name not in self.first)
            if field.errors and field.name != "csrf_token"
        ]


_BLANKS: dict[tuple[type[BaseForm], str], BaseForm] = {}


def drawn_once(draw: Callable[..., str]) -> Callable[..., str]:
    """The macro for fields, keeping what it draws of a blank form; hints there are nobody's own."""

    def drawn(field: Field, hint: str | None = None) -> str:
        kept: dict[str | None, str] | None = getattr(field, "drawn", None)
        if kept is None:
            return draw(field, hint)
        if hint not in kept:
            kept[hint] = draw(field, hint)
        return kept[hint]

    return drawn


def from_our_page(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
    """A view for a form of buttons alone: without the form's token nothing is done (400)."""

    @wraps(view)
    def checked(**values: object) -> BaseResponse:
        if not BaseForm().validate():
            abort(400)
        return view(**values)

    return checked


def collapsed(text: str | None) -> str | None:
    """Text with one space between words and none around; passwords are left alone."""
    return " ".join(text.split()) if text else text


def printable(_form: FlaskForm, field: Field) -> None:
    """A validator: what cannot be seen cannot be meant, and PostgreSQL keeps no NUL."""
    if not (field.data or "").isprintable():
        raise ValidationError(UNPRINTABLE)


def canonical(read: Callable[[str], str], message: str) -> Callable[[FlaskForm, Field], None]:
    """A validator: the field holds what `read` understands, else the message is shown."""

    def check(_form: FlaskForm, field: Field) -> None:
        try:
            read(field.data or "")
        except identity.NotIdentity as error:
            raise ValidationError(message) from error

    return check


def text_field(
    label: str, missing: str, checks: Sequence[Any] = (), **attributes: Any
) -> StringField:
    """One line of text that must be filled in; `attributes` are those of its <input>."""
    return StringField(
        label,
        filters=[collapsed],
        validators=[
            InputRequired(missing),
            Length(max=TEXT_MAX_LENGTH, message=missing),
            printable,
            *checks,
        ],
        render_kw={"type": "text", "maxlength": TEXT_MAX_LENGTH} | attributes,
    )


def exact_field(
    label: str, missing: str, checks: Sequence[Any] = (), **attributes: Any
) -> StringField:
    """A line of text that stands as it is typed: no keyboard corrects or capitalises it."""
    return text_field(label, missing, checks, **(AS_TYPED | attributes))


def email_field(label: str = _("Correo electrónico"), autocomplete: str = "email") -> StringField:
    """An e-mail address."""
    wrong = _("Escriba un correo con el formato nombre@correo.com")
    return exact_field(
        label,
        wrong,
        [canonical(identity.email, wrong)],
        type="email",
        inputmode="email",
        autocomplete=autocomplete,
    )


def password_field(label: str, autocomplete: str, missing: str) -> PasswordField:
    """A password; `autocomplete` tells the browser whether it is the current or a new one."""
    too_long = _("Escriba una contraseña de 256 caracteres como máximo")
    return PasswordField(
        label,
        validators=[InputRequired(missing), Length(max=PASSWORD_INPUT, message=too_long)],
        render_kw={"maxlength": PASSWORD_INPUT, "autocomplete": autocomplete} | AS_TYPED,
    )


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    new = password_field(_("Nueva contraseña"), "new-password", _("Escriba una contraseña nueva"))
    again = password_field(
        _("Confirme la nueva contraseña"), "new-password", _("Escriba otra vez la contraseña nueva")
    )

    def validate_again(self, _field: Field) -> None:
        """Both must be the same."""
        EqualTo("new", _("Las dos contraseñas no coinciden"))(self, self.again)


def _anchor(field: Field) -> str:
    return f"{field.id}-0" if field.type == "RadioField" else str(field.id)
