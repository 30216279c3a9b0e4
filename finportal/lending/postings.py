"""Postings: what each kind of event does to the book on its day."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from finportal.lending.book import Book
from finportal.lending.conventions import FeePlacement
from finportal.lending.dues import Due
from finportal.lending.errors import LendingError
from finportal.lending.events import (
    Acceleration,
    Event,
    Fee,
    InsuranceChange,
    Opening,
    Payment,
    Prepayment,
    Refund,
    Restructuring,
    Waiver,
    WriteOff,
)
from finportal.lending.money import Centavos
from finportal.lending.parts import FEES, INDEX, Parts, only
from finportal.lending.plan import Position, begin, plan_for, replanned
from finportal.lending.premiums import premium
from finportal.lending.state import Allocation, MovementKind

_PAYMENT = MovementKind.PAYMENT


class FeeWithoutEvidence(LendingError):
    """The fee {id} names no evidence of the effort it charges for."""


class AccelerationNotAgreed(LendingError):
    """The contract does not agree that all instalments may fall due at once."""


class NothingToRestructure(LendingError):
    """No principal is owed on {on} that new terms could plan."""


def post(book: Book, event: Event) -> None:
    """Apply an event to the book, which stands at the event's day.

    Raises FeeWithoutEvidence, AccelerationNotAgreed, NothingToRestructure, and what terms raise.
    """
    _POSTINGS[type(event)](book, event)


def settle(book: Book) -> list[Allocation]:
    """If credit covers all that could still be paid today, pay it: nothing remains for ever."""
    balance, carry = book.position.balance, book.position.carry
    if book.open or book.credit < balance + carry or not (balance or carry):
        return []
    if book.credit < book.to_settle():
        return []
    insurance, interest = book.premium(), book.accrued()
    book.credit -= insurance + interest + balance
    return [book.pay_ahead(insurance, interest, balance)]


def _payment(book: Book, event: Payment) -> None:
    left, went = book.pay_dues(event.amount)
    book.credit += left
    if book.credit:
        went += settle(book)
    book.record(event.id, _PAYMENT, event.value_date, event.amount, went)


def _prepayment(book: Book, event: Prepayment) -> None:
    left, went = book.pay_dues(event.amount)
    if book.credit + left >= book.to_settle():
        book.credit += left
        went += settle(book)
    elif left:
        went.append(_reduce(book, left, event))
    book.record(event.id, MovementKind.PREPAYMENT, event.value_date, event.amount, went)


def _reduce(book: Book, amount: int, event: Prepayment) -> Allocation:
    """Lower the principal not due by what is left after the interest to this day."""
    accrued, balance = book.accrued(), book.position.balance
    insurance = min(book.premium(), amount) if amount >= accrued + balance else 0
    interest = min(amount - insurance, accrued)
    paid = book.pay_ahead(insurance, interest, amount - insurance - interest)
    if paid.parts.principal:
        before = book.plan.instalment
        book.plan = replanned(book.plan, book.position, event.effect)
        if book.trace and book.plan.instalment != before:
            book.trace.instalment(book.plan, book.position)
    return paid


def _fee(book: Book, event: Fee) -> None:
    choices = book.choices
    if choices.fee_needs_evidence and not event.evidence:
        raise FeeWithoutEvidence(id=event.id)
    went: list[Allocation] = []
    book.record(event.id, MovementKind.FEE, event.value_date, event.amount, went)
    if book.open and choices.fee_placement is FeePlacement.OLDEST_DUE:
        book.open[0].charge(FEES, event.amount)
    else:
        book.add_due(_charge(book, event.amount))


def _charge(book: Book, amount: int) -> Due:
    balance = book.position.balance
    return Due(0, book.day, only(FEES, amount), balance, balance)


def _waiver(book: Book, event: Waiver) -> None:
    left: int = event.amount
    went: list[Allocation] = []
    for due in book.open:
        forgiven = due.waive(left, INDEX[event.part])
        left -= forgiven.total
        if any(forgiven):
            book.waived.append(forgiven)
            went.append(Allocation(due.number, forgiven))
    book.close_paid()
    book.record(event.id, MovementKind.WAIVER, event.value_date, event.amount - left, went)


def _refund(book: Book, event: Refund) -> None:
    given = min(book.credit, event.amount)
    book.credit -= given
    book.refunded += event.amount
    book.record(event.id, MovementKind.REFUND, event.value_date, event.amount, [])
    if event.amount > given:
        book.add_due(_charge(book, event.amount - given))


def _insurance_change(book: Book, event: InsuranceChange) -> None:
    changed = premium(event.insurance_rate, event.insurance_fixed, book.plan.unit)
    book.plan = replace(book.plan, premium=changed)


def _acceleration(book: Book, _: Acceleration) -> None:
    if not book.choices.acceleration_agreed:
        raise AccelerationNotAgreed
    row, balance = book.position[:2]
    owed = Parts._make((0, 0, 0, book.accrued(), balance))
    book.position = Position(row + 1, 0, book.day, book.day, 0)
    book.accelerated = True
    book.add_due(Due(book.plan.number + row, book.day, owed, balance, 0))


def _restructuring(book: Book, event: Restructuring) -> None:
    absorbed = sum(due.absorb() for due in book.open) if event.absorb_overdue else 0
    principal, waiting = book.position.balance + absorbed, book.accrued()
    if not principal:
        raise NothingToRestructure(on=event.value_date)
    terms = replace(event.terms, principal=Centavos(principal))
    book.adopt(plan_for(terms, book.rates, book.plan.number + book.position.row))
    book.position = begin(book.plan)._replace(carry=waiting)
    book.close_paid()
    if book.trace:
        book.trace.instalment(book.plan, book.position)


def _taken_over(book: Book, event: Opening) -> None:
    """The book was opened with it; credit brought along may cover all there is."""
    went = settle(book)
    if went:
        amount = sum(allocation.parts.total for allocation in went)
        book.record(event.id, MovementKind.CREDIT, event.value_date, amount, went)


def _write_off(book: Book, _: WriteOff) -> None:
    book.written_off = True


_POSTINGS: Mapping[type[Event], Callable[[Book, Any], None]] = MappingProxyType(
    {
        Acceleration: _acceleration,
        Fee: _fee,
        Opening: _taken_over,
        InsuranceChange: _insurance_change,
        Payment: _payment,
        Prepayment: _prepayment,
        Refund: _refund,
        Restructuring: _restructuring,
        Waiver: _waiver,
        WriteOff: _write_off,
    }
)
