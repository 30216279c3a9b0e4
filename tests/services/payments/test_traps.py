"""Amounts, midnights and references that trap; and the letters as customers get them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from finportal.adapters.letter import Letter
from finportal.adapters.mail import SmtpPostman, draw
from finportal.lending import Centavos
from finportal.models import OutboxMail
from finportal.models.mail import SENT
from finportal.services import chores
from finportal.services.payment_references import loan_of
from finportal.services.payments import looking, public_result, second_tries, starting
from finportal.services.payments.errors import TooOften
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.web.context import Portal
from tests.paying import BOTH
from tests.services.hands import State as StateOfAll
from tests.services.payments.scene import Scene

WITH_BOTH = pytest.mark.parametrize("gateway_name", BOTH)


@WITH_BOTH
@pytest.mark.parametrize("amount", [100_000_000, 100_000_050, 100, 101, 199])
def test_amounts_come_back_to_the_centavo(scene: Scene, amount: int) -> None:
    reference = scene.begin(Purpose.OTHER, amount=Centavos(amount))
    scene.decide(reference, "approved")
    scene.tell()
    assert [one.amount for one in scene.postings()] == [amount]
    assert scene.held() == []


@WITH_BOTH
def test_a_minute_before_midnight_in_bogota_is_still_that_day(scene: Scene) -> None:
    scene.clock.now = datetime(2026, 2, 10, 4, 50, tzinfo=UTC)
    reference = scene.begin()
    scene.clock.now = datetime(2026, 2, 10, 4, 59, tzinfo=UTC)
    scene.decide(reference, "silent")
    scene.clock.now = datetime(2026, 2, 10, 5, 5, tzinfo=UTC)
    scene.poll()
    [posting] = scene.postings()
    assert posting.value_date == date(2026, 2, 9)
    assert scene.state().due.total == 0


def test_a_bank_whose_clock_is_ahead_is_posted_when_its_day_has_come(scene: Scene) -> None:
    reference = scene.begin()
    scene.clock.now = datetime(2026, 2, 10, 5, 0, 30, tzinfo=UTC)
    scene.decide(reference, "silent")
    scene.clock.now = datetime(2026, 2, 10, 4, 59, 30, tzinfo=UTC)
    assert scene.back(reference).seen.state in {State.SENT, State.PENDING}
    assert (scene.postings(), scene.held()) == ([], [])
    scene.clock.now = datetime(2026, 2, 10, 5, 10, tzinfo=UTC)
    scene.poll()
    assert [one.value_date for one in scene.postings()] == [date(2026, 2, 10)]


def test_references_are_ours_unguessable_and_compared_whole(scene: Scene) -> None:
    references = {scene.begin(anyway=True) for _ in range(5)}
    assert len(references) == 5
    for reference in references:
        number, _, random = reference.partition("-")
        assert loan_of(number) == scene.credit().loan_id
        assert (len(random), len(reference) <= 32) == (16, True)
        with scene.desk.db.read() as session:
            for other in (f"0{reference}", reference.lower(), number, reference[:-1], ""):
                with pytest.raises(looking.UnknownAttempt):
                    looking.look(session, scene.person.customer_id, other, date(2026, 2, 9))


def test_paying_without_signing_in(scene: Scene) -> None:
    reference = scene.begin(customer_id=None)
    scene.decide(reference, "approved")
    scene.tell()
    key = public_result.key_of(scene.desk.vault, reference)
    shown = public_result.look(scene.desk, reference, key, scene.people.around())
    assert (shown.seen.state, shown.customer_id) == (State.APPROVED, None)
    with scene.desk.db.read() as session:
        today = date(2026, 2, 9)
        own = looking.look(session, scene.person.customer_id, reference, today)
        assert len(own.lines) == 1
        past = looking.past(session, scene.person.customer_id)
    assert [one.reference for one in past] == [reference]


def test_the_page_asks_the_gateway_at_most_every_five_seconds(scene: Scene) -> None:
    reference = scene.begin()
    scene.back(reference)
    scene.decide(reference, "approved")
    around = scene.people.around()
    who = scene.person.customer_id
    assert looking.returned(scene.desk, who, reference, around).seen.state is State.SENT
    assert scene.back(reference).seen.state is State.APPROVED


def test_an_attempt_that_was_cut_off_holds_nobody_back_for_long(scene: Scene) -> None:
    wish = scene.wish()
    with scene.desk.db.write() as session:
        starting._begin(scene.desk, session, "placetopay", wish, scene.people.around())
    with pytest.raises(starting.InProcess):
        scene.start(wish)
    with pytest.raises(starting.InProcess):
        scene.start(scene.wish())
    scene.clock.forward(minutes=2)
    with pytest.raises(starting.NotStarted):
        scene.start(wish)
    assert scene.begin()


def test_paying_anyway_has_its_limit_and_a_stranger_uses_up_nothing_of_it(scene: Scene) -> None:
    hour, day = second_tries.ANYWAY
    stranger = {"anyway": True, "customer_id": None}
    for wish in [{}, *[stranger] * hour.most]:
        scene.start(scene.wish(**wish))
    with pytest.raises(TooOften) as refused:
        scene.start(scene.wish(**stranger))
    assert refused.value.wait == hour.per
    assert scene.start(scene.wish(anyway=True))
    assert scene.start(scene.wish(Purpose.OTHER, amount=Centavos(100_000)))
    scene.clock.forward(hours=1)
    for _ in range(day.most - hour.most):
        scene.start(scene.wish(**stranger))
    scene.clock.forward(hours=1)
    with pytest.raises(TooOften) as refused:
        scene.start(scene.wish(**stranger))
    assert refused.value.wait == day.per - 2 * hour.per


@pytest.mark.parametrize("locale", ["es_CO", "en"])
def test_the_letters_say_what_happened(
    scene: Scene,
    app: Flask,
    portal: Portal,
    posted: Callable[..., list[Letter]],
    locale: str,
) -> None:
    pending = scene.begin(Purpose.PAYOFF)
    scene.decide(pending, "pending-then-declined")
    scene.back(pending)
    scene.clock.forward(hours=3)
    scene.learn(pending)
    paid = scene.begin(Purpose.OVERDUE)
    scene.decide(paid, "approved")
    scene.tell()
    over = scene.begin(Purpose.OTHER, amount=Centavos(5_000_000_00))
    scene.decide(over, "approved")
    scene.tell()
    starting_kinds = ["payment_in_process", "payment_declined", *["payment_approved"] * 2]
    letters = posted()
    assert [letter.kind for letter in letters] == starting_kinds
    for letter in letters:
        told = Letter(letter.kind, letter.to, locale, letter.values)
        with app.test_request_context():
            message = draw(told, "<1@x>", portal.settings)
        for part in (message.body, message.html):
            assert part
            assert letter.values["reference"] in part
            assert "$" in part
            assert scene.number not in part
    with app.test_request_context():
        text = str(draw(letters[-1], "<1@x>", portal.settings).body)
    assert "Guardado a su favor: $\u00a05.000.000" in text
    dues = [row for row in scene.state().upcoming if row.total <= Centavos(5_000_000_00)]
    assert f"las cuotas {dues[0].number} a " in text


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_the_address_of_the_return_may_name_any_payment_and_proves_nothing(scene: Scene) -> None:
    paid, other = scene.begin(), scene.begin(Purpose.OTHER, amount=Centavos(500_000))
    scene.decide(paid, "silent")
    deal = scene.bank.flask.extensions["bank"].find("wompi", reference=paid)
    scene.bank.control(tick=True)
    assert deal
    hint = f"{deal.number}-{int(deal.created_at.timestamp())}-{deal.tries[0].number}"
    around = scene.people.around()
    looking.returned(scene.desk, scene.person.customer_id, other, around, hint)
    assert (scene.held(), scene.postings()) == ([], [])
    assert scene.attempt(other).state == State.SENT
    elsewhere = scene.begin(Purpose.INSTALMENT, anyway=True)
    scene.decide(elsewhere, "other-reference")
    scene.back(elsewhere)
    assert scene.held() == []
    assert scene.back(paid).seen.state is State.APPROVED
    assert scene.books() == []


@WITH_BOTH
def test_a_page_that_was_left_expires_and_holds_nobody_back(scene: Scene) -> None:
    reference = scene.begin()
    scene.clock.forward(minutes=91)
    scene.poll()
    assert scene.attempt(reference).state == State.EXPIRED
    assert scene.begin() != reference


def test_a_round_of_the_worker_posts_and_tells(
    scene: Scene, app: Flask, portal: Portal, state: StateOfAll
) -> None:
    reference = scene.begin()
    scene.decide(reference, "silent")
    scene.clock.forward(minutes=1)
    postman = SmtpPostman(app, portal.settings)
    done = chores.do(
        portal.db,
        portal.vault,
        postman,
        portal.drawings,
        scene.clock,
        gateways=scene.desk.named,
    )
    assert (len(scene.postings()), done.sent) == (1, 1)
    [letter] = state.all(OutboxMail)
    assert (letter.kind, letter.state) == ("payment_approved", SENT)
