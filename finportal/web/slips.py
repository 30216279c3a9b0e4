"""What stands on a slip beside the reference: the barcode, its line for people, where to pay."""

from dataclasses import dataclass
from datetime import date

from finportal.adapters.barcode import BarcodeRefused, Form, symbol, whole_pesos
from finportal.adapters.barcode_pictures import Bars, svg_bars
from finportal.lending import Centavos
from finportal.slip_settings import Place, in_use
from finportal.web.context import here


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A barcode as a page draws it; `text` is the line under the bars."""

    bars: Bars
    text: str
    places: tuple[Place, ...]


def slip_of(
    reference: str, amount: Centavos | None = None, pay_by: date | None = None
) -> SlipShown | None:
    """The slip for a reference; None where no barcode was agreed, or this one cannot be drawn.

    The bars carry whole pesos, never less than `amount`. Without it the cashier types the amount.
    """
    settings = here().settings
    slip = in_use(settings.slip, production=settings.production)
    if not slip.gln:
        return None
    form = Form(slip.gln, slip.reference_length, slip.amount_digits, slip.longest)
    try:
        pesos = None if amount is None else whole_pesos(amount, round_up=True)
        drawn = symbol(form, reference, pesos, pay_by)
    except BarcodeRefused:
        return None
    return SlipShown(svg_bars(drawn.modules), drawn.text, slip.places)
