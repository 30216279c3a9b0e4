"""The simulator: what an extra payment today would change, both choices side by side."""

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, ValidationError

from finportal.lending import Centavos, Simulation, simulate_extra_payment
from finportal.lending.money import NotAnAmount
from finportal.services.costs import yearly_cost
from finportal.web.amounts import typed_pesos
from finportal.web.forms import BaseForm
from finportal.web.own_credit import Looked, looked_at
from finportal.web.rendering import show as draw

bp = Blueprint("simulator", __name__, url_prefix="/credito")


class SimulatorForm(BaseForm):
    """How much the customer would pay beside the instalments."""

    class Meta:
        """Asking changes nothing, so it needs no token."""

        csrf = False

    valor = StringField(
        _("¿Cuánto quiere abonar, en pesos?"),
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": "24"},
    )

    def validate_valor(self, field: Field) -> None:
        """One peso or more."""
        try:
            self.amount = typed_pesos(field.data or "")
        except NotAnAmount as error:
            raise ValidationError(_("Escriba un valor en pesos, como 1.000.000")) from error
        if self.amount < ONE_PESO or self.amount % ONE_PESO:
            raise ValidationError(_("Escriba pesos enteros, desde uno"))


ONE_PESO = Centavos(100)


@bp.get("/<number>/simulador")
def show(number: str) -> Response:
    """Ask for an amount and show what it would change."""
    looked = looked_at(number)
    form = SimulatorForm(request.args)
    asked = "valor" in request.args
    good = asked and form.validate()
    return draw(
        "pages/simulator.html",
        422 if asked and not good else 200,
        looked=looked,
        form=form,
        state=looked.state(looked.today),
        cost=yearly_cost(looked.credit.terms),
        result=_simulated(looked, form.amount) if good else None,
    )


def _simulated(looked: Looked, amount: Centavos) -> Simulation:
    credit = looked.credit
    return simulate_extra_payment(credit.terms, credit.events, credit.rates, looked.today, amount)
