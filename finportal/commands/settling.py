"""Options by which a person says what becomes of held money, for every command that asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from finportal.services.payments.holding import Decision, Outcome


def decided(command: Callable[..., None]) -> Callable[..., None]:
    """Hands the command one `decision`, made of its options."""

    @click.option("--post", "loan_number", help="Post it to the credit of this number.")
    @click.option("--returned", is_flag=True, help="The payer got it back.")
    @click.option("--dismissed", is_flag=True, help="No money came in.")
    @click.option("--by", required=True, help="Who decides.")
    @click.option("--note", required=True, help="Why.")
    @wraps(command)
    def asked(*given: Any, loan_number: str | None, by: str, note: str, **flags: Any) -> None:
        wanted = {
            Outcome.POSTED: bool(loan_number),
            Outcome.RETURNED: flags.pop("returned"),
            Outcome.DISMISSED: flags.pop("dismissed"),
        }
        outcomes = [outcome for outcome, chosen in wanted.items() if chosen]
        if len(outcomes) != 1:
            raise click.UsageError("one of --post NUMBER, --returned and --dismissed")
        decision = Decision(outcome=outcomes[0], by=by, note=note, loan_number=loan_number)
        command(*given, decision=decision, **flags)

    return asked
