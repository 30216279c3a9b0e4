"""What a customer fills in to pay: what, how much, what an extra payment lowers, and how."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import Optional, Regexp

from finportal.adapters.gateways import Method
from finportal.lending import Centavos
from finportal.lending.events import Effect
from finportal.lending.money import NotAnAmount
from finportal.services.payments.offers import Offer, Purpose
from finportal.web.amounts import typed_pesos
from finportal.web.forms import BaseForm
from finportal.web.paper_filters import pesos

PESO = Centavos(100)
COUPON = "cupon"
METHODS = {"pse": Method.PSE, "tarjeta": Method.CARD}
WAYS = {
    "pse": _("PSE: débito de su cuenta"),
    "tarjeta": _("Tarjeta de crédito o débito"),
    COUPON: _("Efectivo o banco, con cupón"),
}
"""Ways to pay, by the words of the addresses."""
AT_COUNTERS = (Purpose.INSTALMENT, Purpose.OVERDUE, Purpose.OTHER)
"""What a bank's counter can take: it passes on money and a reference, and no customer's choice.
What is beyond the debt of the day would wait as a balance in favour instead of lowering it."""


def _exactly(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(names)})\Z")


FORM_KEY = re.compile(r"[A-Za-z0-9_-]{43}\Z")
CENTAVOS = re.compile(r"[1-9][0-9]{0,15}\Z")
ANY_PURPOSE = _exactly(Purpose)
ANY_EFFECT = _exactly(Effect)
ANY_METHOD = _exactly(METHODS)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer wants to pay: `amount` in centavos, `way` one of WAYS."""

    purpose: Purpose
    amount: Centavos
    effect: Effect | None
    way: str


class PayForm(BaseForm):
    """What to pay and how; asking changes nothing, so it needs no token."""

    class Meta:
        """What Flask-WTF reads."""

        csrf = False

    que = RadioField(_("¿Qué quiere pagar?"), validate_choice=False)
    valor = StringField(
        _("¿Cuánto, en pesos?"),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": "24"},
    )
    efecto = RadioField(_("¿Qué quiere que baje?"), validate_choice=False)
    como = RadioField(_("¿Cómo quiere pagar?"), validate_choice=False)
    offers: Sequence[Offer]
    amount: Centavos | None = None

    @property
    def offer(self) -> Offer | None:
        """What was chosen, if it is offered."""
        return next((one for one in self.offers if one.purpose == self.que.data), None)

    def validate_que(self, _field: Field) -> None:
        """Something that can be paid today."""
        if self.offer is None:
            raise ValidationError(_("Elija qué quiere pagar"))

    def validate_valor(self, field: Field) -> None:
        """Whole pesos within the offer; what is fixed needs none."""
        offer = self.offer
        if offer is None or offer.fixed:
            self.amount = offer.least if offer else None
            return
        try:
            amount = typed_pesos(field.data or "")
        except NotAnAmount as error:
            raise ValidationError(_("Escriba un valor en pesos, como 1.000.000")) from error
        if amount % PESO:
            raise ValidationError(_("Escriba pesos enteros"))
        if not offer.least <= amount <= offer.most:
            raise ValidationError(outside(offer.least, offer.most))
        self.amount = amount

    def validate_efecto(self, field: Field) -> None:
        """An extra payment lowers one thing or the other."""
        if self.offer and self.offer.effects and field.data not in self.offer.effects:
            raise ValidationError(_("Elija qué quiere que baje: el plazo o la cuota"))

    def validate_como(self, field: Field) -> None:
        """A way that is open."""
        if field.data not in dict(self.como.choices):
            raise ValidationError(_("Elija cómo quiere pagar"))
        if field.data == COUPON and self.offer and self.offer.purpose not in AT_COUNTERS:
            raise ValidationError(
                _(
                    "En caja se paga la cuota, lo vencido u otro valor. Para pagar todo o abonar a "
                    "capital, elija otra forma de pago o llámenos."
                )
            )

    def choice(self) -> Choice | None:
        """What was chosen; None while something is missing or wrong."""
        offer = self.offer
        if not self.validate() or offer is None or self.amount is None:
            return None
        effect = Effect(self.efecto.data) if offer.effects else None
        return Choice(offer.purpose, self.amount, effect, self.como.data)


class ConfirmForm(BaseForm):
    """What the check page showed, as it comes back with its button."""

    que = HiddenField(validators=[Regexp(ANY_PURPOSE)])
    centavos = HiddenField(validators=[Regexp(CENTAVOS)])
    efecto = HiddenField(validators=[Optional(), Regexp(ANY_EFFECT)])
    como = HiddenField(validators=[Regexp(ANY_METHOD)])
    clave = HiddenField(validators=[Regexp(FORM_KEY)])
    anyway = HiddenField()

    def choice(self) -> Choice | None:
        """What is to be paid; None for what our own page never sends."""
        self.validate()
        if set(self.errors) - {"csrf_token"}:
            return None
        effect = Effect(self.efecto.data) if self.efecto.data else None
        amount = Centavos(int(self.centavos.data))
        return Choice(Purpose(self.que.data), amount, effect, self.como.data)


def quick_form(offers: Sequence[Offer], typed: object) -> PayForm:
    """The form of these offers, of which each has its amount, through the gateway alone."""
    return pay_form(offers, tuple(METHODS), typed)


def outside(least: Centavos, most: Centavos) -> str:
    """Which amounts, in centavos, can be paid."""
    return str(_("Escriba un valor entre %(a)s y %(b)s", a=pesos(least), b=pesos(most)))


def pay_form(offers: Sequence[Offer], ways: Sequence[str], typed: object) -> PayForm:
    """The form of these offers, filled in with what most people would pay, if that is offered."""
    offered = [one.purpose for one in offers]
    likely = (Purpose.OVERDUE, Purpose.INSTALMENT, *(offered if len(offered) == 1 else ()))
    usual = next((one for one in likely if one in offered), None)
    form = PayForm(typed, data={"que": usual, "efecto": Effect.REDUCE_TERM, "como": ways[0]})
    form.offers = offers
    form.como.choices = [(way, WAYS[way]) for way in ways]
    return form
