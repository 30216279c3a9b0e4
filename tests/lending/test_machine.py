"""A credit's life, step by step: anything may happen, in any order of recording; the laws hold."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from finportal.lending.conventions import Part
from finportal.lending.events import (
    Effect,
    Event,
    Fee,
    Payment,
    Prepayment,
    Reclassification,
    Reversal,
    Waiver,
)
from finportal.lending.money import Centavos
from finportal.lending.replay import replay
from finportal.lending.state import State
from finportal.lending.terms import Terms

from .oracle import reckon
from .strategies import FIRST_DAY, contract_of, raw_event, table, terms, workable

amounts = st.integers(1, 4_000_000) | st.integers(1, 300_000_000)
days = st.integers(0, 500)
effects = st.sampled_from(Effect)


class CreditLife(RuleBasedStateMachine):
    """The recorded list beside a plain list of what should count."""

    def __init__(self) -> None:
        super().__init__()
        self.recorded: list[Event] = []
        self.counting: dict[str, Event] = {}
        self.limits = [(FIRST_DAY, Decimal("0.30"))]

    @initialize(agreed=terms().filter(workable), until=st.integers(30, 700))
    def lend(self, agreed: Terms, until: int) -> None:
        self.terms = agreed
        self.until = agreed.disbursed_on + timedelta(days=until)

    def head(self, after: int) -> dict[str, object]:
        number = f"{len(self.recorded):03}"
        return {"id": number, "value_date": self.terms.disbursed_on + timedelta(days=after)}

    def record(self, event: Event) -> None:
        self.recorded.append(event)
        self.counting[event.id] = event

    @rule(after=days, amount=amounts)
    def pay(self, after: int, amount: int) -> None:
        self.record(Payment(**self.head(after), amount=Centavos(amount * 100)))

    @rule(after=days, amount=amounts, effect=effects)
    def prepay(self, after: int, amount: int, effect: Effect) -> None:
        self.record(Prepayment(**self.head(after), amount=Centavos(amount * 100), effect=effect))

    @rule(after=days)
    def charge(self, after: int) -> None:
        self.record(Fee(**self.head(after), amount=Centavos(3_570_000), evidence="letter"))

    @rule(after=days, amount=amounts, part=st.sampled_from(Part))
    def waive(self, after: int, amount: int, part: Part) -> None:
        self.record(Waiver(**self.head(after), amount=Centavos(amount * 100), part=part))

    @precondition(lambda self: self.counting)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.counting)))
        head = self.head(0) | {"value_date": self.counting[target].value_date}
        self.recorded.append(Reversal(**head, reverses=target))
        del self.counting[target]

    @precondition(lambda self: any(isinstance(e, Payment) for e in self.counting.values()))
    @rule(data=st.data(), effect=effects)
    def reclassify(self, data: st.DataObject, effect: Effect) -> None:
        payments = [name for name, e in self.counting.items() if isinstance(e, Payment)]
        paid = self.counting[data.draw(st.sampled_from(sorted(payments)))]
        head = self.head(0) | {"value_date": paid.value_date}
        self.recorded.append(
            Reclassification(**head, payment=paid.id, effect=effect, requested_on=self.until)
        )
        self.counting[paid.id] = Prepayment(
            id=paid.id, value_date=paid.value_date, amount=paid.amount, effect=effect
        )

    @rule(basis=st.integers(500, 4000))
    def certify(self, basis: int) -> None:
        following = (self.limits[-1][0] + timedelta(days=32)).replace(day=1)
        self.limits.append((following, Decimal(basis) / 10_000))

    @rule(more=st.integers(1, 90))
    def wait(self, more: int) -> None:
        assume(self.until < date(2026, 6, 1))
        self.until += timedelta(days=more)

    def state(self, events: list[Event]) -> State:
        return replay(self.terms, events, table(self.limits), self.until)

    @invariant()
    def holds(self) -> None:
        state = self.state(self.recorded)
        shuffled = [*self.recorded[::-2], *self.recorded, *self.recorded[::2]]
        assert self.state(shuffled) == state
        assert self.state(list(self.counting.values())) == state
        self.check_laws(state)
        self.check_oracle(state)

    def check_laws(self, state: State) -> None:
        assert state.credit == 0 or state.due.total == 0
        assert state.due.total == sum(row.owed.total for row in state.rows)
        owed = state.principal_not_due + state.due.principal
        settled = state.paid.principal + state.waived.principal
        assert owed + settled == self.terms.principal
        on_the_day = Payment(id="zzz", value_date=self.until, amount=Centavos(state.payoff or 100))
        closed = self.state([*self.recorded, on_the_day])
        assert closed.payoff == 0

    def check_oracle(self, state: State) -> None:
        raw = [raw_event(event) for event in self.counting.values()]
        expected = reckon(contract_of(self.terms, self.limits), raw, self.until)
        for figure in (
            "accrued_interest",
            "principal_not_due",
            "credit",
            "payoff",
            "days_past_due",
        ):
            assert getattr(state, figure) == expected[figure], figure
        assert state.due == tuple(expected[part.value] for part in Part)
        assert tuple(state.paid) == expected["paid"]


def test_a_credit_s_life() -> None:
    lives = max(1, settings().max_examples // 10)
    run_state_machine_as_test(CreditLife, settings=settings(max_examples=lives))
