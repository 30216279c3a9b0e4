"""The nine papers: what each says beside what every paper says (`facts`)."""

from datetime import date
from typing import Literal

from finportal.lending import Centavos
from finportal.services.documents.facts import Fact, MoneyLine, Paper, Part, Split
from finportal.services.documents.figures import RatesFact, Working


class BalanceLine(Fact):
    """How one part of the debt moved in a period (Decreto 1074/2015 art. 2.2.2.35.6).

    closing = opening + disbursed + charged - paid - waived + restored + adjusted. `restored`: owed
    again because a payment of an earlier period was reversed. `adjusted`: what became known later
    about days that an earlier statement had already told of.
    """

    part: Part
    opening: Centavos
    disbursed: Centavos
    charged: Centavos
    paid: Centavos
    waived: Centavos
    restored: Centavos
    adjusted: Centavos
    closing: Centavos


class CapitalPoint(Fact):
    """A point of the curve of capital."""

    on: date
    balance: Centavos


class Statement(Paper):
    """Extracto: a period of the credit and what to pay next.

    From the day after the last cut-off to `cutoff`. `row` is the instalment that falls due on
    `due_on`, None when none does any more; `instalment` is its split, `overdue` what was due before
    and unpaid at the cut-off, `credit` what the customer has in favour, `to_pay` the three
    together. `late_since` are events of days that an earlier statement already told of.
    `reference`: what to pay with at a bank; empty where the coupon alone names it.
    """

    kind: Literal["statement"] = "statement"
    month: str
    begins_on: date
    cutoff: date
    due_on: date
    row: int | None
    rows_total: int
    rows_paid: int
    balances: tuple[BalanceLine, ...]
    credit_opening: Centavos
    credit: Centavos
    instalment: Split
    overdue: Split
    days_past_due: int
    oldest_due_on: date | None
    to_pay: Centavos
    payments: tuple[MoneyLine, ...]
    late_since: tuple[MoneyLine, ...]
    rates: RatesFact
    workings: tuple[Working, ...]
    capital: tuple[CapitalPoint, ...]
    reference: str = ""


class DayTotal(Fact):
    """What settles the credit on a day."""

    on: date
    total: Centavos


class Payoff(Paper):
    """Certificado de deuda: what settles the credit on a day (Ley 2032/2020 art. 2).

    `total` = due + accrued interest + principal not due + insurance - credit used. `per_diem` is
    what the next day alone adds; `days` has each day's own total up to `valid_until`.
    `provisional`: the limit of one of those days is not certified yet, and the last one was used.
    `reference`: what to pay with at a bank; empty where the coupon alone names it.
    """

    kind: Literal["payoff"] = "payoff"
    on: date
    addressed_to: str
    days_past_due: int
    oldest_due_on: date | None
    due: Split
    accrued_interest: Centavos
    principal_not_due: Centavos
    insurance: Centavos
    credit_used: Centavos
    total: Centavos
    per_diem: Centavos
    valid_until: date
    days: tuple[DayTotal, ...]
    reference: str = ""
    provisional: bool = False


class Balance(Paper):
    """Certificado de saldo at 31 December: what was owed at the end of that day, part by part."""

    kind: Literal["balance"] = "balance"
    year: int
    on: date
    owed: Split
    credit: Centavos


class History(Paper):
    """Histórico de pagos of a range: each payment, and the capital before and after them all.

    `totals` and `amount` count what stands: reversed payments and reversals add nothing.
    """

    kind: Literal["history"] = "history"
    first: date
    last: date
    principal_before: Centavos
    principal_after: Centavos
    lines: tuple[MoneyLine, ...]
    totals: Split
    amount: Centavos


class OtherLoan(Fact):
    """A credit that a paz y salvo does not cover."""

    loan_number: str
    status: Literal["active", "closed"]


class Settlement(Paper):
    """Paz y salvo: nothing is owed in any part. `credit` would be returned to the customer.

    `waived` is what was never paid because the lender forgave it.
    """

    kind: Literal["settlement"] = "settlement"
    settled_on: date
    last_paid_on: date | None
    last_receipt: str
    credit: Centavos
    others: tuple[OtherLoan, ...]
    waived: Split = Split()


class Tax(Paper):
    """Certificado tributario: what was paid in a year, and what was owed at its end.

    `paid` by the day the money counts from; reversed payments add nothing.
    """

    kind: Literal["tax"] = "tax"
    year: int
    paid: Split
    owed: Split
    amount: Centavos


class LienRelease(Paper):
    """Carta de levantamiento de prenda: the creditor's order to the transit authority."""

    kind: Literal["lien_release"] = "lien_release"
    addressed_to: str
    settled_on: date


class Coupon(Paper):
    """Cupón de pago: what to pay by a day and with which reference."""

    kind: Literal["coupon"] = "coupon"
    on: date
    due_on: date | None
    row: int | None
    instalment: Split
    overdue: Split
    credit: Centavos
    to_pay: Centavos
    reference: str


class Applied(Fact):
    """What went to one row: 0 is a charge outside the plan, None is ahead of it."""

    row: int | None
    due_on: date | None
    split: Split


class Kept(Fact):
    """What of the credit left after a payment goes to a later row; 0 is a charge, None all rows.

    `returned`: it was given back to the customer instead, and there is no row.
    """

    row: int | None
    on: date
    amount: Centavos
    returned: bool = False


class Receipt(Paper):
    """Comprobante de pago: a payment, and how it was applied, row by row.

    `by_part`: the contract pays one part of every row before the next part of any. `kept`: what
    the credit after it has paid and will pay, as far as known on the day of issue. `authorisation`:
    the bank's number of it (CUS), and `reference`: that of the attempt; empty where there is none.
    """

    kind: Literal["receipt"] = "receipt"
    line: MoneyLine
    applied: tuple[Applied, ...]
    order: tuple[Part, ...]
    by_part: bool = False
    kept: tuple[Kept, ...] = ()
    authorisation: str = ""
    reference: str = ""


AnyPaper = (
    Statement | Payoff | Balance | History | Settlement | Tax | LienRelease | Coupon | Receipt
)
