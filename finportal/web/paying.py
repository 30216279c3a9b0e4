"""What the pages of a payment share: the credit that is paid, its offers, and the wish to pay."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request
from flask_babel import gettext as _

from finportal.adapters.gateways import Payer
from finportal.lending import Simulation, simulate_extra_payment
from finportal.services import credits as portfolio
from finportal.services.credits import Card
from finportal.services.days import bogota_day
from finportal.services.documents import subject
from finportal.services.documents.payments import payable as to_pay
from finportal.services.documents.subject import Subject
from finportal.services.errors import Refused
from finportal.services.payment_references import reference_of
from finportal.services.payments import looking
from finportal.services.payments.errors import AmountMoved, InProcess, NotStarted, TooOften
from finportal.services.payments.looking import Seen
from finportal.services.payments.offers import Offer, offers
from finportal.services.payments.starting import Wish
from finportal.services.quick_lookup import Found
from finportal.web import session
from finportal.web.context import here
from finportal.web.filters import moment
from finportal.web.languages import one_point
from finportal.web.pay_forms import COUPON, METHODS, Choice
from finportal.web.payment_progress import address_of_result


@dataclass(frozen=True, slots=True)
class Payable:
    """A credit that can be paid: its borrower, what is offered today, and the credits beside it.

    `under_way`: its payments that a bank may still approve.
    """

    about: Subject
    offers: tuple[Offer, ...]
    cards: tuple[Card, ...]
    under_way: tuple[Seen, ...]

    @property
    def number(self) -> str:
        """The credit's number."""
        return self.about.credit.loan_number

    @property
    def today(self) -> date:
        """The day that the figures are of."""
        return max(self.about.today, self.about.credit.contract.begins)

    @property
    def has_coupon(self) -> bool:
        """Whether a coupon is offered: it has something to say, and nobody may object first."""
        return not session.held() and bool(to_pay(self.about.credit.state(self.today)).total)

    @property
    def reference(self) -> str:
        """What to pay with at a bank."""
        return reference_of(self.about.credit.loan_id)

    def simulated(self, choice: Choice) -> Simulation | None:
        """What an extra payment would change; None for other payments."""
        if choice.effect is None:
            return None
        one = self.about.credit
        return simulate_extra_payment(one.terms, one.events, one.rates, self.today, choice.amount)


def payable() -> Payable | None:
    """The own credit that the request names, or the first; None if none is left to pay.

    404 for a credit that is somebody else's.
    """
    now, customer_id = here().clock(), session.the_visit().customer_id or 0
    with here().db.reading() as link:
        cards = portfolio.of_customer(link, customer_id, bogota_day(now))
        numbers = [card.loan_number for card in cards]
        left = tuple(card for card in cards if not card.closed)
        named = request.values.get("credito") or next((one.loan_number for one in left), None)
        if named is None:
            return None
        about = subject.own(link, customer_id, named, now) if named in numbers else None
        undecided = tuple(looking.under_way(link, customer_id, named, now))
    if about is None:
        abort(404)
    return Payable(about, tuple(offers(about.credit, about.today)), left, undecided)


def ways() -> tuple[str, ...]:
    """How one can pay here: a gateway's ways first, where there is one."""
    return (*METHODS, COUPON) if here().settings.gateway else (COUPON,)


def wish_of(found: Payable, choice: Choice, form_key: str, *, anyway: bool) -> Wish:
    """What the check page's button asks for."""
    holder, visit = found.about.holder, session.the_visit()
    return Wish(
        loan_number=found.number,
        purpose=choice.purpose,
        amount=choice.amount,
        effect=choice.effect,
        form_key=form_key,
        description=_("Pago del crédito No. %(number)s", number=found.number),
        return_url=address_of_result,
        ip=request.remote_addr or "",
        user_agent=request.user_agent.string,
        customer_id=visit.customer_id,
        method=METHODS[choice.way],
        payer=Payer(holder.id_type, holder.id_number, holder.name, visit.email or ""),
        anyway=anyway,
    )


def quick_wish(found: Found, choice: Choice, form_key: str, *, anyway: bool) -> Wish:
    """What the button asks for without signing in: of the borrower the gateway is told nothing."""
    return Wish(
        loan_number=found.loan_number,
        purpose=choice.purpose,
        amount=choice.amount,
        form_key=form_key,
        description=_("Pago con la referencia %(number)s", number=found.reference),
        return_url=address_of_result,
        ip=request.remote_addr or "",
        user_agent=request.user_agent.string,
        method=METHODS[choice.way],
        anyway=anyway,
    )


def refusal(why: Refused) -> str:
    """Why nothing was begun, and what can be done now."""
    if isinstance(why, InProcess):
        return str(_("Ya hay un pago de esto en proceso: no pague otra vez."))
    if isinstance(why, AmountMoved):
        return str(_("El valor cambió mientras usted lo revisaba. Confirme el de ahora."))
    if isinstance(why, NotStarted):
        words = _("No pudimos abrir la página de pago. No se le cobró nada. Intente de nuevo.")
        return str(words)
    if isinstance(why, TooOften):
        return one_point(
            _(
                "Ya empezó varios pagos que siguen en proceso. Espere a que su banco responda; si "
                "ninguno es suyo o ya los dejó, podrá pagar otra vez después del %(moment)s.",
                moment=moment(here().clock() + why.wait),
            )
        )
    return str(_("Revise los datos y confirme otra vez."))
