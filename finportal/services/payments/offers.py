"""What a customer can pay on a credit today, and how much each is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from finportal.lending import Centavos, State
from finportal.lending.events import Effect
from finportal.services.ledger import Credit
from finportal.services.payments.errors import AmountMoved, AmountOutside, NotPayable

LEAST = Centavos(100)
"""One peso."""


class Purpose(StrEnum):
    """What a payment is for."""

    INSTALMENT = "instalment"
    OVERDUE = "overdue"
    PAYOFF = "payoff"
    OTHER = "other"
    EXTRA_PRINCIPAL = "extra_principal"


@dataclass(frozen=True, slots=True)
class Quote:
    """The figures of a day from which the offers follow, in centavos."""

    on: date
    due: Centavos
    next_due_date: date | None
    next_due_amount: Centavos
    credit: Centavos
    payoff: Centavos


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be paid, in centavos; it holds on the quote's day only.

    `least` and `most` are equal where there is nothing to choose. `effects` are the choices of an
    extra payment.
    """

    purpose: Purpose
    least: Centavos
    most: Centavos
    quote: Quote
    effects: tuple[Effect, ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether the amount is given."""
        return self.purpose not in FREE


FREE = (Purpose.OTHER, Purpose.EXTRA_PRINCIPAL)


def offers(credit: Credit, today: date) -> list[Offer]:
    """All that can be paid today; nothing on a credit that is settled.

    "instalment" is the next one and whatever is overdue before it, less the credit that waits.
    "extra_principal" is the whole amount, of which what is due takes its part first; one peso
    beyond that is enough (Ley 2032/2020 art. 2). Raises what `lending.replay` raises.
    """
    day = max(today, credit.contract.begins)
    return [*_offers(credit.state(day))]


def owes(state: State) -> bool:
    """Whether anything can be paid on the state's day."""
    return state.payoff > 0


def _offers(state: State) -> Iterator[Offer]:
    if not owes(state):
        return
    quote = quote_of(state)
    to_next = Centavos(quote.due + quote.next_due_amount - quote.credit)
    if quote.next_due_date and 0 < to_next <= quote.payoff:
        yield Offer(Purpose.INSTALMENT, to_next, to_next, quote)
    if quote.due:
        yield Offer(Purpose.OVERDUE, quote.due, quote.due, quote)
    yield Offer(Purpose.PAYOFF, quote.payoff, quote.payoff, quote)
    least = min(LEAST, quote.payoff)
    yield Offer(Purpose.OTHER, least, quote.payoff, quote)
    beyond = Centavos(quote.due + LEAST)
    if beyond <= quote.payoff:
        yield Offer(Purpose.EXTRA_PRINCIPAL, beyond, quote.payoff, quote, tuple(Effect))


def quote_of(state: State) -> Quote:
    """The figures of a state that a payment is decided by."""
    following = next(iter(state.upcoming), None)
    return Quote(
        on=state.as_of,
        due=state.due.total,
        next_due_date=following.due_date if following else None,
        next_due_amount=following.total if following else Centavos(0),
        credit=state.credit,
        payoff=state.payoff,
    )


def agreed(
    credit: Credit, purpose: Purpose, amount: Centavos, effect: Effect | None, today: date
) -> Offer:
    """The offer that a customer took, if it still stands at this amount in centavos.

    Raises NotPayable, AmountMoved, AmountOutside, and what `lending.replay` raises.
    """
    offer = next((one for one in offers(credit, today) if one.purpose is purpose), None)
    if offer is None or (effect is None) == bool(offer.effects):
        raise NotPayable(purpose)
    if offer.fixed and amount != offer.least:
        raise AmountMoved(offer.least)
    if not offer.least <= amount <= offer.most:
        raise AmountOutside(offer.least, offer.most)
    return offer


def effect_of(purpose: str, effect: str | None) -> Effect | None:
    """What money of this purpose does beyond what is due.

    A payoff that arrives a day late is short of some interest: it still lowers the principal at
    once instead of waiting as credit, and what is short stays due.
    """
    if purpose == Purpose.PAYOFF:
        return Effect.REDUCE_TERM
    return Effect(effect) if effect else None
