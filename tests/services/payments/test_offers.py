"""What can be paid, and what is refused before any gateway hears of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from finportal.lending import Centavos
from finportal.lending.events import Effect
from finportal.services.payments.errors import AmountMoved, AmountOutside, NotPayable
from finportal.services.payments.offers import Purpose, effect_of, offers
from finportal.services.payments.starting import Wish
from finportal.services.recording import UnknownLoan
from tests.services.payments.scene import Scene

EXTRA = Purpose.EXTRA_PRINCIPAL


def test_what_each_offer_costs(scene: Scene) -> None:
    state = scene.state()
    found = {one.purpose: one for one in offers(scene.credit(), date(2026, 2, 9))}
    following = state.upcoming[0]
    assert list(found) == [
        Purpose.INSTALMENT, Purpose.OVERDUE, Purpose.PAYOFF, Purpose.OTHER, EXTRA,
    ]  # fmt: skip
    assert found[Purpose.OVERDUE].least == state.due.total
    assert found[Purpose.INSTALMENT].least == state.due.total + following.total
    assert found[Purpose.PAYOFF].least == found[Purpose.PAYOFF].most == state.payoff
    assert (found[Purpose.OTHER].least, found[Purpose.OTHER].most) == (100, state.payoff)
    assert (found[EXTRA].least, found[EXTRA].effects) == (state.due.total + 100, tuple(Effect))
    assert found[EXTRA].quote.next_due_date == following.due_date


def test_a_settled_credit_offers_nothing(scene: Scene) -> None:
    scene.people.paid(scene.number, date(2026, 2, 9), 40_000_000)
    assert offers(scene.credit(), date(2026, 2, 9)) == []
    with pytest.raises(NotPayable):
        scene.start(scene.wish(amount=Centavos(100)))


def test_paying_what_is_offered_does_what_it_says(scene: Scene) -> None:
    reference = scene.begin(Purpose.INSTALMENT)
    scene.decide(reference, "approved")
    scene.tell()
    following = scene.offer(Purpose.PAYOFF).quote.next_due_date
    assert following
    after = scene.credit().state(following)
    assert (after.due.total, after.credit) == (0, 0)


def test_an_extra_payment_lowers_the_principal_as_chosen(scene: Scene) -> None:
    before = scene.state()
    amount = Centavos(before.due.total + 500_000_000)
    reference = scene.begin(EXTRA, amount=amount, effect=Effect.REDUCE_INSTALMENT)
    scene.decide(reference, "approved")
    scene.tell()
    after = scene.state()
    assert after.instalment < before.instalment
    assert (after.due.total, after.credit) == (0, 0)
    assert len(after.rows) == len(before.rows)


@pytest.mark.parametrize(
    ("purpose", "amount", "effect", "refused"),
    [
        (Purpose.OVERDUE, 12_345, None, AmountMoved),
        (Purpose.PAYOFF, 12_345, None, AmountMoved),
        (Purpose.OTHER, 99, None, AmountOutside),
        (Purpose.OTHER, 0, None, AmountOutside),
        (Purpose.OTHER, -100, None, AmountOutside),
        (Purpose.OTHER, 10**12, None, AmountOutside),
        (Purpose.OTHER, 5_000, Effect.REDUCE_TERM, NotPayable),
        (EXTRA, 5_000_000_00, None, NotPayable),
        (EXTRA, 100, Effect.REDUCE_TERM, AmountOutside),
    ],
)
def test_what_was_not_offered_is_refused(
    scene: Scene, purpose: Purpose, amount: int, effect: Effect | None, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        scene.start(scene.wish(purpose, amount=Centavos(amount), effect=effect))
    assert scene.bank.control()["orders"] == []


def test_yesterdays_amount_is_told_to_have_moved(scene: Scene) -> None:
    wish: Wish = scene.wish()
    scene.clock.forward(days=1)
    with pytest.raises(AmountMoved) as moved:
        scene.start(wish)
    assert moved.value.amount > wish.amount
    assert scene.start(replace(wish, amount=moved.value.amount)).go_to


def test_somebody_elses_credit_does_not_exist(scene: Scene) -> None:
    stranger = scene.people.active()
    with pytest.raises(UnknownLoan):
        scene.start(scene.wish(customer_id=stranger.customer_id))
    with pytest.raises(UnknownLoan):
        scene.start(replace(scene.wish(), loan_number="VH-0"))


def test_what_a_purpose_does_beyond_what_is_due() -> None:
    assert effect_of("payoff", None) is Effect.REDUCE_TERM
    assert effect_of("extra_principal", "reduce_instalment") is Effect.REDUCE_INSTALMENT
    assert effect_of("other", None) is None


@pytest.mark.parametrize("day", [0, 6, 7, 40, 400, 1_900])
def test_offers_are_never_beyond_the_payoff(scene: Scene, day: int) -> None:
    today = date(2026, 2, 9) + timedelta(days=day)
    payoff = scene.credit().state(today).payoff
    for offer in offers(scene.credit(), today):
        assert 0 < offer.least <= offer.most <= payoff
        assert offer.quote.on == today
