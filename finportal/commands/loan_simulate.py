"""`loan simulate`: a contract that nobody signed yet, with every choice it could hold."""

from collections.abc import Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import click

from finportal.commands import loan_text
from finportal.commands.loan_options import (
    DAY,
    ORDER,
    PESOS,
    PESOS_ABOVE_ZERO,
    RATE,
    told,
)
from finportal.lending import Centavos, Terms
from finportal.lending.conventions import (
    DEFAULTS,
    AllocationBy,
    CapSaving,
    CapTest,
    Conventions,
    FeePlacement,
    FirstPeriod,
    PayoffInsurance,
)
from finportal.lending.day_counts import DayCount
from finportal.lending.due_dates import AnchorMismatch
from finportal.lending.schedule import NegativeAmortisation
from finportal.lending.terms import BalloonTooLarge, FirstDueTooEarly, GraceTooLong
from finportal.lending.vtu import NothingReceived
from finportal.services import loan_json

LONGEST_TERM = 600
_CHOICES = MappingProxyType(
    {
        "day_count": DayCount,
        "first_period": FirstPeriod,
        "allocation_by": AllocationBy,
        "fee_placement": FeePlacement,
        "cap_test": CapTest,
        "cap_saving": CapSaving,
        "payoff_insurance": PayoffInsurance,
    }
)
_OPTION_OF = {
    FirstDueTooEarly: "--first-due-on",
    AnchorMismatch: "--anchor-day",
    BalloonTooLarge: "--balloon",
    GraceTooLong: "--grace-principal and --grace-interest",
    NegativeAmortisation: "--term",
    NothingReceived: "--upfront",
}


def _chosen(name: str, what: str) -> Callable[..., Any]:
    kinds: type[StrEnum] = _CHOICES[name]
    return click.option(
        f"--{name.replace('_', '-')}",
        type=click.Choice([kind.value for kind in kinds]),
        default=getattr(DEFAULTS, name).value,
        show_default=True,
        help=what,
    )


_OPTIONS = (
    click.option("--principal", type=PESOS_ABOVE_ZERO, required=True, help="What is lent."),
    click.option("--rate-ea", type=RATE, required=True, help="0.2450 is 24.5 % E.A."),
    click.option(
        "--term", "instalments", type=click.IntRange(1, LONGEST_TERM), required=True,
        help="Monthly instalments.",
    ),
    click.option("--disbursed-on", type=DAY, required=True),
    click.option("--first-due-on", type=DAY, help="Default: a month after disbursement."),
    click.option(
        "--anchor-day", type=click.IntRange(1, 31),
        help="Day of the month of every due date; default: the first one's.",
    ),
    click.option("--insurance", "insurance_rate", type=RATE, default="0", help="A month, on the "
                 "opening balance."),
    click.option("--insurance-monthly", "insurance_fixed", type=PESOS, default="0"),
    click.option("--late-rate-ea", type=RATE, help="Default: the highest certified rate."),
    click.option("--balloon", type=PESOS, default="0", help="Due with the last row beside it."),
    click.option(
        "--grace-principal", type=click.IntRange(0, LONGEST_TERM), default=0,
        help="First months without principal.",
    ),
    click.option(
        "--grace-interest", type=click.IntRange(0, LONGEST_TERM), default=0,
        help="Those of them whose interest waits.",
    ),
    _chosen("day_count", "How days count."),
    _chosen("first_period", "How a first period that is not a month bears interest."),
    click.option(
        "--allocation-order", type=ORDER, default=">".join(DEFAULTS.allocation_order),
        show_default=True, help="Which part of a row is paid first.",
    ),
    _chosen("allocation_by", "Row after row, or one part of every row after another."),
    _chosen("fee_placement", "Where a fee is due."),
    click.option("--fee-needs-evidence/--no-fee-needs-evidence", default=True, show_default=True),
    _chosen("cap_test", "Which day's certified limit holds for a row."),
    _chosen("cap_saving", "What falls when a limit lowers interest."),
    _chosen("payoff_insurance", "How much of the current premium a payoff carries."),
    click.option(
        "--grace-days", type=click.IntRange(min=0), default=0, help="Days without late interest."
    ),
    click.option(
        "--business-days/--no-business-days", default=False, show_default=True,
        help="A row due on a holiday may be paid on the next business day.",
    ),
    click.option(
        "--reclassify-days", type=click.IntRange(min=0),
        help="How long a payment may become a prepayment; default: without limit.",
    ),
    click.option("--acceleration-agreed/--no-acceleration-agreed", default=False),
    click.option(
        "--unit", type=PESOS_ABOVE_ZERO, default="1", show_default=True,
        help="Money is rounded to multiples of it.",
    ),
    click.option(
        "--instalment-unit", type=PESOS_ABOVE_ZERO, help="The instalment's own; default: --unit."
    ),
    click.option(
        "--upfront", type=PESOS, default="0", help="Charges of the first day, for the VTU."
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON object: docs/json.md."),
)  # fmt: skip


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@_with_options
def simulate(*, upfront: Centavos, as_json: bool, **agreed: Any) -> None:
    """Print the schedule of a contract at its agreed rate, and what it costs.

    Amounts are pesos with a point (845000.50), rates fractions of one (0.2450).
    """
    with told("the contract", _OPTION_OF):
        found = loan_json.simulation(_terms(agreed), upfront)
    loan_text.answer(found, loan_text.simulation, as_json=as_json)


def _terms(agreed: dict[str, Any]) -> Terms:
    for name, kind in _CHOICES.items():
        agreed[name] = kind(agreed[name])
    choices = {name: agreed.pop(name) for name in Conventions.__slots__}
    return Terms(**agreed, conventions=Conventions(**choices))
