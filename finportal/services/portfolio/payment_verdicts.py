"""What becomes of payments when compared with what is known: new, unchanged, changed, refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from finportal.adapters.table_problems import Problem
from finportal.lending.money import Centavos, pesos_text
from finportal.services.payment_ledger import Stored
from finportal.services.portfolio.payment_rules import INSTALMENTS, Payment

NEVER = "a payment is never overwritten: reverse it with a line whose `reverses` names it"


@dataclass(slots=True)
class Verdict:
    """What is to become of some payments, and what to tell about them."""

    added: list[Payment] = field(default_factory=list)
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def reject(self, problems: list[Problem]) -> None:
        """Note a line that cannot be stored."""
        self.rejected += 1
        self.problems += problems


def judge(
    verdict: Verdict,
    payments: Iterable[Payment],
    known: dict[str, Stored],
    numbers: Mapping[int, str],
) -> None:
    """Compare payments and reversals with what is known by receipt, and add to it what is new.

    Reversals come after the payments they may take back. `numbers`: the credits' numbers by id.
    """
    for payment in payments:
        stored = known.get(payment.receipt)
        if stored is not None:
            _compare(verdict, payment, stored, numbers)
        elif payment.reverses and (problems := list(_refusals(payment, known))):
            verdict.reject(problems)
        else:
            verdict.added.append(payment)
            _remember(payment, known)


def _remember(payment: Payment, known: dict[str, Stored]) -> None:
    _, loan_id, receipt, paid_on, amount, channel, reverses, effect = payment
    known[receipt] = Stored(0, loan_id, paid_on, amount, channel, reverses, effect, None)
    if payment.reverses:
        target = known[payment.reverses]
        known[payment.reverses] = target._replace(reversed_by=payment.receipt)


def _compare(
    verdict: Verdict, payment: Payment, stored: Stored, numbers: Mapping[int, str]
) -> None:
    differ = [
        Problem(payment.line, column, f"changed: {column} {old} -> {new}; {NEVER}")
        for column, old, new in _shown(payment, stored, numbers)
        if old != new
    ]
    if differ:
        verdict.changed += 1
        verdict.problems += differ
    else:
        verdict.unchanged += 1


def _shown(
    payment: Payment, stored: Stored, numbers: Mapping[int, str]
) -> Iterable[tuple[str, str, str]]:
    """Each column with what is stored and what the line says, as files write it."""
    yield "loan_number", numbers[stored.loan_id], numbers[payment.loan_id]
    yield "paid_on", stored.paid_on, payment.paid_on
    yield "amount", pesos_text(Centavos(stored.amount)), pesos_text(Centavos(payment.amount))
    yield "channel", stored.channel or "", payment.channel
    yield "reverses", stored.reverses or "(empty)", payment.reverses or "(empty)"
    yield "effect", stored.effect or INSTALMENTS, payment.effect or INSTALMENTS


def _refusals(reversal: Payment, known: Mapping[str, Stored]) -> Iterable[Problem]:
    line, target = reversal.line, known.get(reversal.reverses or "")
    if target is None:
        yield Problem(line, "reverses", "no payment with this receipt is loaded")
        return
    if target.loan_id != reversal.loan_id:
        yield Problem(line, "reverses", "is a payment of another credit")
        return
    if target.reverses:
        yield Problem(line, "reverses", "is a reversal itself, which cannot be reversed")
        return
    if target.reversed_by:
        yield Problem(line, "reverses", f"is reversed already, by {target.reversed_by}")
    if reversal.paid_on < target.paid_on:
        yield Problem(line, "paid_on", f"is before the payment it reverses, of {target.paid_on}")
    if reversal.amount != target.amount:
        amount = pesos_text(Centavos(target.amount))
        yield Problem(line, "amount", f"must be that of the payment it reverses, {amount}")
