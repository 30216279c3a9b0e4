"""Both gateways against the fake one over real HTTP: every outcome, in the same words."""

import re
from typing import Any

import pytest

from finportal.adapters.gateways import Answer, Asked, Gateway, Method, Order, Started, Status
from finportal.adapters.gateways.errors import BadSignature, NotOffered
from finportal.lending.money import Centavos
from tests.doubles import Clock
from tests.gateways import Bank, Portal, order

BOTH = pytest.mark.parametrize("name", ["placetopay", "wompi"])


class Customer:
    """A customer of one gateway, from the order to the way back."""

    def __init__(self, bank: Bank, clock: Clock, portal: Portal, name: str) -> None:
        self.bank, self.clock, self.portal = bank, clock, portal
        self.gateway: Gateway = bank.gateway(name)
        self.order: Order = order(clock, portal.address)
        self.started: Started = self.gateway.start(self.order)
        self.page = self.open(self.started.go_to)

    def open(self, address: str) -> str:
        """The page of the bank, behind Wompi's redirect."""
        _, leads_to, _ = self.bank.visit(address)
        return f"{self.bank.address}{leads_to}" if leads_to.startswith("/") else address

    def choose(self, plan: str, method: str = "pse") -> str:
        """Choose an outcome; where the bank sends the customer."""
        status, leads_to, _ = self.bank.visit(self.page, plan=plan, method=method)
        assert status == 303
        return leads_to

    def ask(self) -> Answer:
        return self.gateway.ask(Asked(self.order.reference, self.started.external_id))

    def told(self) -> list[Any]:
        """What the notifications that are due by now say, each with a good signature."""
        self.bank.control(tick=True)
        return [
            self.gateway.read_notification(headers, body)
            for _, headers, body in self.portal.notices
        ]


@pytest.fixture
def customer(bank: Bank, clock: Clock, portal: Portal, name: str) -> Customer:
    return Customer(bank, clock, portal, name)


@BOTH
def test_before_a_choice_the_attempt_is_pending(customer: Customer) -> None:
    answer = customer.ask()
    assert (answer.status, answer.final, answer.payments) == (Status.PENDING, False, ())


@BOTH
def test_approved(customer: Customer, name: str) -> None:
    leads_to = customer.choose("approved")
    assert leads_to.startswith(customer.order.return_url)
    assert ("?id=" in leads_to) == (name == "wompi")
    answer = customer.ask()
    (payment,) = answer.payments
    assert (answer.status, answer.final, answer.alerts) == (Status.APPROVED, True, ())
    assert (payment.status, payment.amount, payment.currency) == (
        Status.APPROVED,
        Centavos(68_540_050),
        "COP",
    )
    assert payment.reference == answer.reference == customer.order.reference
    assert payment.method is Method.PSE
    assert re.fullmatch(r"\d+", payment.authorisation)
    assert payment.decided_at == customer.clock()
    assert payment.value_date == customer.clock().date()
    assert re.fullmatch(r"[0-9a-f]{64}", answer.digest)
    (told,) = customer.told()
    assert (told.event, told.reference, told.claims) == (
        "payment",
        customer.order.reference,
        "APPROVED",
    )
    assert told.external_id == answer.external_id


@BOTH
def test_declined(customer: Customer, name: str) -> None:
    customer.choose("declined")
    answer = customer.ask()
    assert answer.status is Status.REJECTED
    assert answer.final == (name == "placetopay"), "at Wompi three minutes are left to try again"
    customer.clock.forward(minutes=3)
    assert customer.ask().final
    assert [each.status for each in answer.payments] == [Status.REJECTED]
    assert [told.claims for told in customer.told()] == [
        "REJECTED" if name == "placetopay" else "DECLINED"
    ]


@BOTH
def test_declined_then_approved(customer: Customer, name: str) -> None:
    customer.choose("declined-then-approved")
    customer.clock.forward(minutes=1)
    answer = customer.ask()
    assert answer.status is Status.APPROVED
    assert [each.status for each in answer.payments] == [Status.APPROVED, Status.REJECTED]
    assert len({each.id for each in answer.payments}) == 2
    assert len(customer.told()) == (1 if name == "placetopay" else 2)


@BOTH
def test_a_customer_may_try_again_by_hand(customer: Customer) -> None:
    customer.choose("declined")
    customer.choose("approved", "card")
    answer = customer.ask()
    assert [each.method for each in answer.payments] == [Method.CARD, Method.PSE]
    assert answer.status is Status.APPROVED


@BOTH
@pytest.mark.parametrize(
    ("plan", "ends"),
    [("pending", Status.APPROVED), ("pending-then-declined", Status.REJECTED)],
)
def test_pending_for_hours(customer: Customer, plan: str, ends: Status) -> None:
    customer.choose(plan)
    waiting = customer.ask()
    assert (waiting.status, waiting.final) == (Status.PENDING, False)
    assert waiting.payments[0].authorisation, "the customer can be told the CUS"
    assert not customer.told()
    customer.clock.forward(hours=1, minutes=59)
    assert customer.ask().status is Status.PENDING
    customer.clock.forward(minutes=1)
    answer = customer.ask()
    assert answer.status is ends
    assert len(answer.payments) == 1
    assert answer.payments[0].id == waiting.payments[0].id
    assert len(customer.told()) == 1


@BOTH
def test_approved_after_the_end(customer: Customer, name: str) -> None:
    customer.choose("late")
    customer.clock.forward(minutes=31)
    expired = customer.ask()
    assert expired.status is (Status.REJECTED if name == "placetopay" else Status.PENDING)
    customer.clock.forward(hours=1)
    assert customer.ask().status is Status.APPROVED


@BOTH
@pytest.mark.parametrize(("plan", "times"), [("silent", 0), ("twice", 2), ("told-late", 1)])
def test_how_often_the_portal_is_told(customer: Customer, plan: str, times: int) -> None:
    customer.choose(plan)
    assert len(customer.told()) == (times if plan != "told-late" else 0)
    customer.clock.forward(minutes=10)
    told = customer.told()
    assert len(told) == times
    assert len(set(told)) <= 1
    assert customer.ask().status is Status.APPROVED


@BOTH
def test_told_once_more_by_hand(customer: Customer) -> None:
    customer.choose("approved")
    customer.told()
    customer.bank.control(reference=customer.order.reference, tell=True)
    first, second = customer.told()
    assert first == second


@BOTH
@pytest.mark.parametrize(
    ("plan", "field", "value"),
    [
        ("wrong-amount", "amount", Centavos(68_640_050)),
        ("wrong-currency", "currency", "USD"),
        ("other-reference", "reference", "XP-000123-1"),
    ],
)
def test_what_the_bank_mixes_up_is_seen(
    customer: Customer, plan: str, field: str, value: object
) -> None:
    customer.choose(plan)
    (payment,) = customer.ask().payments
    assert getattr(payment, field) == value


@BOTH
def test_a_forged_notification_is_refused(customer: Customer) -> None:
    customer.choose("forged")
    with pytest.raises(BadSignature):
        customer.told()


@BOTH
def test_a_card_payment_is_given_back(customer: Customer, name: str) -> None:
    customer.choose("approved", "card")
    (payment,) = customer.ask().payments
    assert customer.gateway.reverse(payment).status is (
        Status.REVERSED if name == "placetopay" else Status.PENDING
    )
    after = customer.ask()
    if name == "wompi":
        assert (after.status, after.payments[0].status) == (Status.REVERSED, Status.REVERSED)
        assert [told.claims for told in customer.told()] == ["APPROVED", "VOIDED"]
    else:
        assert after.payments[0].refunded


@BOTH
def test_pse_is_not_given_back_by_the_gateway(customer: Customer) -> None:
    customer.choose("approved", "pse")
    (payment,) = customer.ask().payments
    with pytest.raises(NotOffered):
        customer.gateway.reverse(payment)


@BOTH
def test_an_outcome_set_beforehand_needs_no_page(bank: Bank, clock: Clock, name: str) -> None:
    bank.control(next="approved")
    with Portal() as portal:
        customer = Customer(bank, clock, portal, name)
        bank.visit(customer.page)
    assert customer.ask().status is Status.APPROVED


@BOTH
def test_a_person_at_the_desk_answers_what_is_pending(customer: Customer) -> None:
    customer.choose("pending")
    desk = f"{customer.bank.address}/"
    assert "Aprobar ya" in customer.bank.visit(desk)[2]
    assert customer.bank.visit(f"{desk}pedido/1", action="approved")[0] == 303
    assert customer.ask().status is Status.APPROVED
    assert len(customer.told()) == 1


@BOTH
def test_a_person_at_the_desk_approves_what_nobody_chose_or_what_is_over(
    customer: Customer,
) -> None:
    customer.clock.forward(hours=1)
    customer.bank.visit(f"{customer.bank.address}/pedido/1", action="approved")
    assert customer.ask().status is Status.APPROVED
    customer.bank.visit(f"{customer.bank.address}/pedido/1", action="declined")
    assert customer.ask().status is Status.APPROVED
    assert len(customer.told()) == 1
