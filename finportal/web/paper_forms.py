"""What a customer fills in to ask for a paper; each form says which paper it asks for."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from finportal.services.documents import kinds
from finportal.services.documents.certificates import DAYS_AHEAD
from finportal.services.documents.kinds import LONGEST_ADDRESSEE, Wanted
from finportal.web.filters import day as day_words
from finportal.web.forms import BaseForm, collapsed, printable
from finportal.web.letters import composed, in_the_font

NOT_A_DAY = _("Escriba una fecha del calendario, como 05/11/2026")
NOT_A_YEAR = _("Elija un año de la lista")
UPSIDE_DOWN = _("La fecha final debe ser igual o posterior a la inicial")


class PaperForm(BaseForm):
    """A paper that needs nothing but the press of a button."""

    begins: date
    today: date

    def wanted(self) -> Wanted:
        """The paper asked for."""
        raise NotImplementedError


def addressee(default: str) -> StringField:
    """Whom a paper is for."""
    missing = _("Escriba a quién va dirigido, en 120 letras como máximo")
    return StringField(
        _("Dirigido a"),
        default=default,
        filters=[collapsed, composed],
        validators=[
            InputRequired(missing),
            Length(max=LONGEST_ADDRESSEE, message=missing),
            printable,
            in_the_font,
        ],
        render_kw={"type": "text", "maxlength": LONGEST_ADDRESSEE, "autocomplete": "off"},
    )


def day(label: str) -> DateField:
    """A day of the calendar."""
    return DateField(label, validators=[InputRequired(NOT_A_DAY)], render_kw={"type": "date"})


class PayoffForm(PaperForm):
    """Certificado de deuda."""

    fecha = day(_("Fecha en que se pagaría"))
    dirigido = addressee(_("A quien interese"))

    def validate_fecha(self, field: Field) -> None:
        """The day must be one for which a figure can be promised."""
        _within(field, self.today, self.today + timedelta(days=DAYS_AHEAD))

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.payoff(self.fecha.data, self.dirigido.data)


class HistoryForm(PaperForm):
    """Histórico de pagos."""

    desde = day(_("Desde"))
    hasta = day(_("Hasta"))

    def validate_desde(self, field: Field) -> None:
        """Within the credit's life."""
        _within(field, self.begins, self.today)

    def validate_hasta(self, field: Field) -> None:
        """Within the credit's life, and not before the first day."""
        _within(field, self.begins, self.today)
        if self.desde.data and field.data and field.data < self.desde.data:
            raise ValidationError(UPSIDE_DOWN)

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.history(self.desde.data, self.hasta.data)


class YearForm(PaperForm):
    """A certificate of a year that is over."""

    ano = SelectField(_("Año"), coerce=int)


class BalanceForm(YearForm):
    """Certificado de saldo."""

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.balance(self.ano.data)


class TaxForm(YearForm):
    """Certificado tributario."""

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.tax(self.ano.data)


class LienForm(PaperForm):
    """Carta de levantamiento de prenda."""

    dirigido = addressee(_("Secretaría de Movilidad"))

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.lien_release(self.dirigido.data)


class SettlementForm(PaperForm):
    """Paz y salvo."""

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.settlement()


class CouponForm(PaperForm):
    """Cupón de pago."""

    def wanted(self) -> Wanted:
        """The paper asked for."""
        return kinds.coupon()


FORMS: dict[str, type[PaperForm]] = {
    "deuda": PayoffForm,
    "saldo": BalanceForm,
    "historico": HistoryForm,
    "paz-y-salvo": SettlementForm,
    "tributario": TaxForm,
    "levantamiento": LienForm,
    "cupon": CouponForm,
}
"""The forms by the last word of their addresses."""


def form_for(name: str, begins: date, today: date, years: Sequence[int]) -> PaperForm:
    """The form of a paper, filled in with what most people would ask for."""
    started = {"fecha": today, "desde": begins, "hasta": today}
    form = FORMS[name](data=started)
    form.begins, form.today = begins, today
    if isinstance(form, YearForm):
        form.ano.choices = [(year, str(year)) for year in years]
    return form


def _within(field: Field, first: date, last: date) -> None:
    if field.data and not first <= field.data <= last:
        raise ValidationError(
            _(
                "Elija una fecha del %(first)s al %(last)s",
                first=day_words(first),
                last=day_words(last),
            )
        )
