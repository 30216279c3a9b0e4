"""The facts of papers about payments: the history of a range, a receipt, a coupon."""

from datetime import date, timedelta

from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.services.documents.facts import Split
from finportal.services.documents.lines import capital, money_lines, standing
from finportal.services.documents.papers import Applied, Coupon, History, Receipt
from finportal.services.documents.refusals import NoSuchPeriod, NothingToPay
from finportal.services.documents.subject import Subject, said_by_all
from finportal.services.history import REVERSAL
from finportal.services.history import history as movements

_DAY = timedelta(days=1)


def history(subject: Subject, lender: Lender, first: date, last: date) -> History:
    """The payments from `first` to `last`, both days included.

    Raises NoSuchPeriod for a range before the credit, upside down or not over, and what
    `lending.replay` raises.
    """
    credit = subject.credit
    if not credit.contract.begins <= first <= last <= subject.today:
        raise NoSuchPeriod
    state = credit.state(last)
    before = first - _DAY
    lines = money_lines(credit, state, first)
    totals, amount = standing(lines)
    lived = before >= credit.contract.begins
    return History(
        **said_by_all(subject, lender),
        first=first,
        last=last,
        principal_before=capital(credit.state(before)) if lived else _lent(subject),
        principal_after=capital(state),
        lines=lines,
        totals=totals,
        amount=amount,
    )


def receipt(subject: Subject, lender: Lender, record: int) -> Receipt:
    """A payment, by the row of its event, as it counts today.

    Raises NoSuchPeriod for what is no payment of this credit, and what `lending.replay` raises.
    """
    credit = subject.credit
    today = max(subject.today, credit.contract.begins)
    state = credit.state(today)
    of = next((line for line in movements(credit, state) if line.record == record), None)
    if of is None or of.kind == REVERSAL:
        raise NoSuchPeriod
    lines = money_lines(credit, state, of.value_date)
    line = next(
        (line for line in lines if (line.receipt, line.on) == (of.receipt, of.value_date)), None
    )
    if line is None:
        raise NoSuchPeriod
    dues = {row.number: row.due_date for row in state.rows if row.number}
    return Receipt(
        **said_by_all(subject, lender),
        line=line,
        applied=tuple(
            Applied(row=one.row, due_on=dues.get(one.row or 0), split=Split.of(one.parts))
            for one in of.allocations
        ),
        order=tuple(part.value for part in credit.terms.conventions.allocation_order),
    )


def coupon(subject: Subject, lender: Lender) -> Coupon:
    """What to pay today: the next instalment, and what is overdue. Raises NothingToPay."""
    credit = subject.credit
    today = max(subject.today, credit.contract.begins)
    state = credit.state(today)
    row = next(iter(state.upcoming), None)
    to_come = (
        Split(insurance=row.insurance, interest=row.interest, principal=row.principal)
        if row
        else Split()
    )
    to_pay = Centavos(max(0, to_come.total + state.due.total - state.credit))
    if not to_pay:
        raise NothingToPay
    return Coupon(
        **said_by_all(subject, lender),
        on=today,
        due_on=row.due_date if row else None,
        row=row.number if row else None,
        instalment=to_come,
        overdue=Split.of(state.due),
        credit=state.credit,
        to_pay=to_pay,
        reference=credit.loan_number,
    )


def _lent(subject: Subject) -> Centavos:
    opening = subject.credit.contract.opening
    if opening is None:
        return subject.credit.terms.principal
    return Centavos(opening.principal_not_due + sum(due.principal for due in opening.dues))
