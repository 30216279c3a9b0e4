"""The facts of papers about payments: the history of a range, a receipt, a coupon."""

from dataclasses import dataclass
from datetime import date, timedelta

from finportal.lender import Lender
from finportal.lending import Centavos, State
from finportal.lending.ahead import Returned, Spent, kept_by
from finportal.lending.conventions import AllocationBy
from finportal.lending.parts import minus
from finportal.lending.state import RowState
from finportal.services.documents.facts import Split
from finportal.services.documents.lines import capital, money_lines, standing
from finportal.services.documents.papers import Applied, Coupon, History, Kept, Receipt
from finportal.services.documents.refusals import NoSuchPeriod, NothingToPay
from finportal.services.documents.subject import Subject, said_by_all
from finportal.services.history import RECEIVED
from finportal.services.history import history as movements
from finportal.services.payment_references import reference_of

_DAY = timedelta(days=1)


def history(subject: Subject, lender: Lender, first: date, last: date) -> History:
    """The payments from `first` to `last`, both days included.

    What was reversed until today counts as if it had never been, and is listed as reversed.
    Raises NoSuchPeriod for a range before the credit, upside down or not over, and what
    `lending.replay` raises.
    """
    credit = subject.credit
    if not credit.contract.begins <= first <= last <= subject.today:
        raise NoSuchPeriod
    counted = credit.standing(subject.today)
    state = counted.state(last)
    before = first - _DAY
    lines = money_lines(credit, state, first, subject.today)
    totals, amount = standing(lines)
    lived = before >= credit.contract.begins
    return History(
        **said_by_all(subject, lender),
        first=first,
        last=last,
        principal_before=capital(counted.state(before)) if lived else _lent(subject),
        principal_after=capital(state),
        lines=lines,
        totals=totals,
        amount=amount,
    )


def receipt(subject: Subject, lender: Lender, record: int) -> Receipt:
    """A payment that stands, by the row of its event.

    Raises NoSuchPeriod for what is no payment of this credit or was reversed, and what
    `lending.replay` raises.
    """
    credit = subject.credit
    state = credit.state(max(subject.today, credit.contract.begins))
    of = next((line for line in movements(credit, state) if line.record == record), None)
    if of is None or of.kind not in RECEIVED or of.reversed_on:
        raise NoSuchPeriod
    lines = money_lines(credit, state, of.value_date)
    dues = {row.number: row.due_date for row in state.rows if row.number}
    choices = credit.terms.conventions
    return Receipt(
        **said_by_all(subject, lender),
        line=next(line for line in lines if line.record == record),
        applied=tuple(
            Applied(row=one.row, due_on=dues.get(one.row or 0), split=Split.of(one.parts))
            for one in of.allocations
        ),
        order=tuple(part.value for part in choices.allocation_order),
        by_part=choices.allocation_by is AllocationBy.PART,
        kept=_kept(state, of.event_id),
    )


def _kept(state: State, event_id: str) -> tuple[Kept, ...]:
    left = kept_by(state, event_id)
    return tuple(_gone(one) for one in (*left.gone, *left.ahead)) if left else ()


def _gone(one: Spent | Returned) -> Kept:
    if isinstance(one, Returned):
        return Kept(row=None, on=one.on, amount=one.amount, returned=True)
    return Kept(row=one.row, on=one.on, amount=one.amount)


@dataclass(frozen=True, slots=True)
class Payable:
    """What there is to pay on a day: the instalment due next, or today, and what was due before."""

    row: RowState | None
    instalment: Split
    overdue: Split
    credit: Centavos

    @property
    def total(self) -> Centavos:
        """What to pay, less what is in the customer's favour."""
        return Centavos(max(0, self.instalment.total + self.overdue.total - self.credit))


def payable(state: State) -> Payable:
    """What there is to pay at the state's day; what falls due that day is not overdue yet."""
    today = next((row for row in state.rows if row.due_date == state.as_of and any(row.owed)), None)
    if today:
        due = minus(state.due, today.owed)
        return Payable(today, Split.of(today.owed), Split.of(due), state.credit)
    row = next(iter(state.upcoming), None)
    to_come = Split()
    if row:
        to_come = Split(insurance=row.insurance, interest=row.interest, principal=row.principal)
    return Payable(row, to_come, Split.of(state.due), state.credit)


def coupon(subject: Subject, lender: Lender) -> Coupon:
    """What to pay: the next instalment, and what is overdue. Raises NothingToPay."""
    credit = subject.credit
    today = max(subject.today, credit.contract.begins)
    found = payable(credit.state(today))
    if not found.total:
        raise NothingToPay
    return Coupon(
        **said_by_all(subject, lender),
        on=today,
        due_on=found.row.due_date if found.row else None,
        row=found.row.number if found.row else None,
        instalment=found.instalment,
        overdue=found.overdue,
        credit=found.credit,
        to_pay=found.total,
        reference=reference_of(credit.loan_id),
    )


def _lent(subject: Subject) -> Centavos:
    opening = subject.credit.contract.opening
    if opening is None:
        return subject.credit.terms.principal
    return Centavos(opening.principal_not_due + sum(due.principal for due in opening.dues))
