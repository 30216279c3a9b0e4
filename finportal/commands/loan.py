"""`loan`: a credit's figures on a day, where they come from, and whether the lists agree."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from random import Random

import click
from flask.cli import with_appcontext

from finportal.commands import loan_text
from finportal.commands.loan_options import DAY, told
from finportal.commands.loan_simulate import simulate
from finportal.lending import Centavos, Trace, payoff_quote, pesos_text
from finportal.services import ledger, loan_json, projections
from finportal.services.days import bogota_day
from finportal.services.ledger import Credit
from finportal.services.terms_json import Json
from finportal.services.verification import EVERY, Verified, verify
from finportal.web.context import here

TOLD_EVERY = 100
_AMOUNTS = frozenset({"instalment", "next_due_amount", "overdue", "principal_left", "credit"})


@click.group()
def loan() -> None:
    """Explain a credit, simulate one, verify them all."""


loan.add_command(simulate)


def _of_credit(
    text: Callable[[Json], Iterable[str]],
) -> Callable[[Callable[[Credit, date], Json]], click.Command]:
    """A command on one credit and day: what its function answers, as text or as JSON."""

    def decorate(function: Callable[[Credit, date], Json]) -> click.Command:
        @click.argument("number")
        @click.option("--on", type=DAY, help="The day, at its end (default: today in Bogotá).")
        @click.option("--json", "as_json", is_flag=True, help="One JSON object: docs/json.md.")
        @with_appcontext
        def command(number: str, on: date | None, *, as_json: bool) -> None:
            with told(f"credit {number}"):
                found = function(_credit(number), on or bogota_day(here().clock()))
            loan_text.answer(found, text, as_json=as_json)

        return loan.command(function.__name__, help=function.__doc__)(command)

    return decorate


def _credit(number: str) -> Credit:
    with here().db.read() as session:
        credit = ledger.of_number(session, number) if number.isascii() else None
    if credit is None:
        raise click.ClickException(f"credit {number}: UnknownLoan: There is no credit {number}.")
    return credit


@_of_credit(loan_text.show)
def show(credit: Credit, on: date) -> Json:
    """Show everything of credit NUMBER on a day."""
    return loan_json.show(credit, credit.state(on))


@_of_credit(loan_text.schedule)
def schedule(credit: Credit, on: date) -> Json:
    """Show the schedule of credit NUMBER in force on a day."""
    return loan_json.schedule(credit, credit.state(on))


@_of_credit(loan_text.explain)
def explain(credit: Credit, on: date) -> Json:
    """Explain every figure of credit NUMBER on a day."""
    trace = Trace()
    return loan_json.explain(credit, credit.state(on, trace), trace)


@_of_credit(loan_text.payoff)
def payoff(credit: Credit, on: date) -> Json:
    """Quote what settles credit NUMBER on a day."""
    quote = payoff_quote(credit.terms, credit.events, credit.rates, on)
    return loan_json.payoff(credit, credit.state(on), quote)


@loan.command("verify")
@click.option(
    "--share", type=click.IntRange(1, EVERY), default=EVERY, metavar="PERCENT",
    help="Replay about so many credits in a hundred, chosen at random.",
)  # fmt: skip
@click.option("--seed", type=int, help="Choose the same share again.")
@click.option("--refresh", is_flag=True, help="Make missing and outdated copies first.")
@with_appcontext
def verify_all(share: int, seed: int | None, *, refresh: bool) -> None:
    """Replay credits from zero and compare them with what lists show; status 1 if any differs."""
    portal = here()
    today = bogota_day(portal.clock())
    counts = _Counts()
    with told("credits"):
        if refresh:
            projections.refresh(portal.db, today)
        for one in verify(portal.db, today, share, Random(seed)):  # noqa: S311
            counts.add(one)
    counts.tell()
    sys.exit(1 if counts.bad else 0)


class _Counts:
    """What `verify` found so far."""

    def __init__(self) -> None:
        self.replayed = self.copied = self.differ = self.refused = 0
        self._watched = sys.stderr.isatty()

    @property
    def bad(self) -> int:
        return self.differ + self.refused

    def add(self, one: Verified) -> None:
        """Count a credit, and say at once what is wrong with it."""
        self.replayed += 1
        self.copied += one.copied
        self.refused += bool(one.refusal)
        self.differ += not one.good and not one.refusal
        if not one.good:
            click.echo(f"{one.loan_number}: {_wrong(one)}")
        if self._watched and self.replayed % TOLD_EVERY == 0:
            click.echo(f"\r{self.replayed} replayed", err=True, nl=False)

    def tell(self) -> None:
        """The last line."""
        if self._watched and self.replayed >= TOLD_EVERY:
            click.echo("\r", err=True, nl=False)
        click.echo(
            f"verified: {self.replayed} replayed, {self.copied} compared with their copies, "
            f"{self.differ} differ, {self.refused} refused"
        )


def _wrong(one: Verified) -> str:
    if one.refusal:
        return " ".join(one.refusal.split())
    return "; ".join(
        f"{column} {_value(column, copied)} -> {_value(column, replayed)}"
        for column, (copied, replayed) in one.differs.items()
    )


def _value(column: str, value: object) -> str:
    if column in _AMOUNTS and isinstance(value, int):
        return pesos_text(Centavos(value))
    return " ".join(str(value).split())
