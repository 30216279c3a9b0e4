"""`bank`: files that banks send of what was paid, and what waits of them."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from finportal.adapters.bank_files import lines, profiles
from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.parsing import Expected
from finportal.commands.bank_reports import bill, reconcile
from finportal.commands.payments import around
from finportal.commands.settling import decided
from finportal.lending import Centavos, LendingError, pesos_text
from finportal.models import BankLine
from finportal.services.days import bogota_day
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.payments import bank_loading, bank_refused, bank_waiting
from finportal.services.payments.bank_loading import Loaded
from finportal.services.payments.bank_unfinished import unfinished
from finportal.services.payments.bank_waiting import Cheque, Waiting
from finportal.services.payments.errors import UnknownHeld, UnknownPosting
from finportal.services.payments.holding import Decision
from finportal.services.recording import UnknownLoan
from finportal.slip_settings import in_use
from finportal.web.context import Portal, here
from finportal.web.payment_desk import desk

SOME_WAIT, FILE_REFUSED = 1, 2
"""Exit statuses of `load`, beside 0 for a file whose every line is posted."""
REFUSALS = (Refused, AlreadyDone, LendingError, UnknownHeld, UnknownPosting, UnknownLoan)

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
by_whom = click.option("--by", required=True, help="Who decides.")


@click.group()
def bank() -> None:
    """What was paid at banks."""


bank.add_command(reconcile)
bank.add_command(bill)


@bank.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", "name", type=click.Choice(list(profiles.PROFILES)), default="standard")
@as_json
@with_appcontext
def load(file: Path, name: str, *, as_json: bool) -> None:
    """Load a collection file: each line is posted once or kept for a person."""
    portal = here()
    try:
        raw = lines.raw_bytes(file)
        loaded = bank_loading.load(
            desk(portal),
            raw,
            profiles.named(name),
            _expected(portal),
            around(),
            name=file.name,
        )
    except BankFileRefused as error:
        _tell_refusal(error, as_json=as_json)
        sys.exit(FILE_REFUSED)
    click.echo(json.dumps(_object(loaded)) if as_json else _sentence(loaded))
    sys.exit(SOME_WAIT if loaded.waiting and not loaded.already else 0)


@bank.command("list")
@as_json
@with_appcontext
def list_waiting(*, as_json: bool) -> None:
    """List lines that wait for a person, and cheques that may still bounce."""
    with here().db.read() as session:
        found = bank_waiting.waiting(session)
        cut_off = unfinished(session)
    for file in cut_off:
        click.echo(str(file), err=True)
    if as_json:
        click.echo(json.dumps([_waiting_object(one) for one in found]))
        return
    for one in found:
        click.echo(_waiting_line(one.line, one.reason))


@bank.command("refused")
@click.option("--dismiss", "sha256", help="This file waits no more, such as one sent anew.")
@click.option("--by", help="Who dismisses it.")
@as_json
@with_appcontext
def refused(sha256: str | None, by: str | None, *, as_json: bool) -> None:
    """List files that were refused, with the reason, until they are loaded or dismissed."""
    if bool(sha256) != bool(by):
        raise click.UsageError("--dismiss SHA and --by WHO, both or neither")
    if sha256 and by:
        _dismiss(sha256, by)
    else:
        _list_refused(as_json=as_json)


def _dismiss(sha256: str, by: str) -> None:
    try:
        new = bank_refused.dismiss(here().db, sha256, by, around())
    except REFUSALS as error:
        raise _refused(error) from error
    click.echo(f"{sha256}: dismissed" if new else f"{sha256}: dismissed already")


def _list_refused(*, as_json: bool) -> None:
    with here().db.read() as session:
        found = bank_refused.waiting(session)
    if as_json:
        told = [asdict(one) | {"refused_at": one.refused_at.isoformat()} for one in found]
        click.echo(json.dumps(told))
        return
    for one in found:
        at = bogota_day(one.refused_at)
        click.echo(f"{one.sha256}  {at}  {one.profile}  {one.name}  {one.reason}")


@bank.command()
@click.argument("key")
@decided
@with_appcontext
def settle(key: str, decision: Decision) -> None:
    """Settle a line that waits: post it, or say that it was returned or never came."""
    try:
        posted = bank_waiting.settle(desk(here()), key, decision, around())
    except REFUSALS as error:
        raise _refused(error) from error
    where = f", posting {posted.posting_id}" if posted else ""
    click.echo(f"{key}: {decision.outcome}{where}")


@bank.command()
@click.argument("key")
@by_whom
@with_appcontext
def clear(key: str, by: str) -> None:
    """Note that a cheque cleared."""
    _decide(key, Cheque.CLEARED, by)


@bank.command()
@click.argument("key")
@by_whom
@with_appcontext
def bounce(key: str, by: str) -> None:
    """Take back what a cheque paid that bounced: it is open again."""
    _decide(key, Cheque.BOUNCED, by)


def _decide(key: str, cheque: Cheque, by: str) -> None:
    try:
        new = bank_waiting.decide(desk(here()), key, cheque, by, around())
    except REFUSALS as error:
        raise _refused(error) from error
    click.echo(f"{key}: {cheque}" if new else f"{key}: {cheque} already")


def _expected(portal: Portal) -> Expected:
    slip = in_use(portal.settings.slip, production=portal.settings.production)
    return Expected(
        nit=portal.settings.lender.nit,
        services=frozenset({slip.gln} - {""}),
        today=bogota_day(portal.clock()),
    )


def _refused(error: Exception) -> click.ClickException:
    return click.ClickException(f"{type(error).__name__}: {error}")


def _tell_refusal(error: BankFileRefused, *, as_json: bool) -> None:
    told = {
        "refused": type(error).__name__,
        "line": error.line,
        "column": error.column,
        "reason": str(error),
    }
    if as_json:
        click.echo(json.dumps(told))
    click.echo(f"refused, no payment was stored: {error}", err=True)


def _sentence(loaded: Loaded) -> str:
    said = f"already loaded: {loaded.sha256}\n" if loaded.already else ""
    told = ", ".join(f"{count} {verdict}" for verdict, (count, _) in loaded.classes.items())
    return (
        f"{said}bank: {loaded.lines} lines, {pesos_text(loaded.total)}: {told}; "
        f"{loaded.posted} posted, {loaded.held} held, {loaded.waiting} waiting"
    )


def _object(loaded: Loaded) -> dict[str, object]:
    return {
        "sha256": loaded.sha256,
        "already": loaded.already,
        "lines": loaded.lines,
        "centavos": loaded.total,
        "classes": {
            verdict: {"lines": count, "centavos": total}
            for verdict, (count, total) in loaded.classes.items()
        },
        "posted": loaded.posted,
        "held": loaded.held,
        "waiting": loaded.waiting,
    }


def _waiting_line(line: BankLine, reason: str) -> str:
    amount = pesos_text(Centavos(line.amount))
    return f"{line.key}  {line.value_date}  {amount}  reference {line.reference}  {reason}"


def _waiting_object(one: Waiting) -> dict[str, object]:
    line = one.line
    return {
        "key": line.key,
        "source": line.source,
        "value_date": line.value_date.isoformat(),
        "centavos": line.amount,
        "reference": line.reference,
        "loan_id": line.loan_id,
        "verdict": line.verdict,
        "reason": one.reason.split(),
    }
