"""The facts of certificates for third parties: payoff, balance, taxes, settlement, lien."""

from datetime import date, timedelta

from finportal.lender import Lender
from finportal.lending import Centavos, State, payoff_quote
from finportal.lending.state import MovementKind
from finportal.services.documents.facts import Split
from finportal.services.documents.lines import money_lines, owed, paid_between
from finportal.services.documents.papers import (
    Balance,
    DayTotal,
    LienRelease,
    OtherLoan,
    Payoff,
    Settlement,
    Tax,
)
from finportal.services.documents.refusals import (
    DayOutOfReach,
    NoLien,
    NoSuchPeriod,
    NothingToPay,
    NotSettled,
)
from finportal.services.documents.subject import Subject, said_by_all

DAYS_AHEAD = 30
"""How far ahead a payoff is quoted: later the legal limit of the day is not known."""
DAYS_VALID = 10

_DAY = timedelta(days=1)
_DECEMBER, _LAST = 12, 31


def payoff(subject: Subject, lender: Lender, on: date, addressed_to: str) -> Payoff:
    """What settles the credit on a day from today to DAYS_AHEAD, if nothing else happens before.

    Raises DayOutOfReach, NothingToPay, and what `lending.payoff_quote` raises.
    """
    credit, today = subject.credit, subject.today
    if not max(today, credit.contract.begins) <= on <= today + timedelta(days=DAYS_AHEAD):
        raise DayOutOfReach
    state = credit.state(on)
    quote = payoff_quote(credit.terms, credit.events, credit.rates, on)
    if not quote.amount:
        raise NothingToPay
    days = [on + _DAY * n for n in range(DAYS_VALID)]
    known = credit.as_of(on)
    states = [known.state(day) for day in days]
    return Payoff(
        **said_by_all(subject, lender),
        on=on,
        addressed_to=addressed_to,
        days_past_due=state.days_past_due,
        oldest_due_on=state.oldest_due_date,
        due=Split.of(quote.due),
        accrued_interest=quote.accrued_interest,
        principal_not_due=quote.principal_not_due,
        insurance=quote.insurance,
        credit_used=state.credit_used,
        total=quote.amount,
        per_diem=quote.per_diem,
        valid_until=days[-1],
        days=tuple(DayTotal(on=one.as_of, total=one.payoff) for one in states),
        provisional=any(one.provisional for one in states),
    )


def balance(subject: Subject, lender: Lender, year: int) -> Balance:
    """What was owed at the end of a year, without payments that were reversed until today.

    Raises NoSuchPeriod, and what `lending.replay` raises.
    """
    on = _end_of(subject, year)
    state = subject.credit.standing(subject.today).state(on)
    return Balance(
        **said_by_all(subject, lender),
        year=year,
        on=on,
        owed=Split.of(owed(state)),
        credit=state.credit,
    )


def tax(subject: Subject, lender: Lender, year: int) -> Tax:
    """What was paid in a year and owed at its end, by the days the money counts from.

    Payments that were reversed until today count nowhere. Raises NoSuchPeriod, for the year in
    which a credit was taken over too, and what `lending.replay` raises.
    """
    on = _end_of(subject, year)
    if year < first_tax_year(subject):
        raise NoSuchPeriod
    state = subject.credit.standing(subject.today).state(on)
    last_year = date(year - 1, _DECEMBER, _LAST)
    money = (MovementKind.PAYMENT, MovementKind.PREPAYMENT)
    amount = sum(
        movement.amount
        for movement in state.movements
        if movement.kind in money and movement.value_date > last_year
    )
    return Tax(
        **said_by_all(subject, lender),
        year=year,
        paid=Split.of(paid_between(state, last_year, on)),
        owed=Split.of(owed(state)),
        amount=Centavos(amount),
    )


def settlement(subject: Subject, lender: Lender, others: list[tuple[str, str]]) -> Settlement:
    """That nothing is owed in any part. Raises NotSettled, and what `lending.replay` raises."""
    state = subject.credit.state(_settled_today(subject))
    lines = money_lines(subject.credit, state, subject.credit.contract.begins)
    paying = [line for line in lines if line.split and not line.reversed_on]
    last = paying[-1] if paying else None
    return Settlement(
        **said_by_all(subject, lender),
        settled_on=settled_on(state),
        last_paid_on=last.on if last else None,
        last_receipt=last.receipt if last else "",
        credit=state.credit,
        waived=Split.of(state.waived),
        others=tuple(OtherLoan(loan_number=number, status=status) for number, status in others),  # type: ignore[arg-type]
    )


def lien_release(subject: Subject, lender: Lender, addressed_to: str) -> LienRelease:
    """The order to lift the lien of a settled credit's vehicle.

    Raises NoLien, NotSettled, and what `lending.replay` raises.
    """
    if not (subject.about.plate or subject.about.vin):
        raise NoLien
    state = subject.credit.state(_settled_today(subject))
    return LienRelease(
        **said_by_all(subject, lender),
        addressed_to=addressed_to,
        settled_on=settled_on(state),
    )


def settled_on(state: State) -> date:
    """The day on which a credit that owes nothing came to owe nothing."""
    return max(
        (movement.value_date for movement in state.movements if movement.parts.total),
        default=state.as_of,
    )


def first_tax_year(subject: Subject) -> int:
    """The first year of which the portal knows every payment."""
    contract = subject.credit.contract
    return contract.begins.year + (contract.opening is not None)


def _settled_today(subject: Subject) -> date:
    today = max(subject.today, subject.credit.contract.begins)
    state = subject.credit.state(today)
    if state.payoff or any(owed(state)):
        raise NotSettled(state.payoff)
    return today


def _end_of(subject: Subject, year: int) -> date:
    """The last day of a year that is over and in which the credit was alive."""
    on = date(year, _DECEMBER, _LAST)
    if not subject.credit.contract.begins <= on < subject.today:
        raise NoSuchPeriod
    return on
