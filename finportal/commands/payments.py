"""`payments`: attempts, money that waits for a person, and payments that are taken back."""

import json
import sys
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from finportal.commands.payments_json import (
    attempt_object,
    held_object,
    move_object,
    posting_object,
)
from finportal.commands.reconciled import NOT_THE_SAME, as_object, days, tell
from finportal.commands.settling import decided
from finportal.lending import Centavos, LendingError, pesos_text
from finportal.models import AttemptMove, HeldPayment, Loan, PaymentAttempt, Posting
from finportal.services.days import BOGOTA
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.payments import (
    answers,
    gateway_reconciling,
    holding,
    notices,
    polling,
    reversing,
    voided,
)
from finportal.services.payments.errors import UnknownHeld, UnknownPosting
from finportal.services.payments.holding import Decision
from finportal.services.payments.machine import OPEN, State
from finportal.services.payments.reversing import Why
from finportal.services.recording import UnknownLoan
from finportal.services.visits import Surroundings
from finportal.web.context import here
from finportal.web.payment_desk import desk

MOST = 100
REFUSALS = (Refused, AlreadyDone, LendingError, UnknownHeld, UnknownPosting, UnknownLoan)

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object: docs/json.md.")

_ATTEMPTS = (
    select(PaymentAttempt, Loan.loan_number)
    .join(Loan, Loan.id == PaymentAttempt.loan_id)
    .order_by(PaymentAttempt.id.desc())
)


@click.group()
def payments() -> None:
    """Payments through the gateway."""


@payments.command()
@with_appcontext
def poll() -> None:
    """Ask the gateway about every attempt whose turn has come."""
    portal = here()
    judged = notices.judge_waiting(desk(portal), around())
    asked = polling.poll_due(desk(portal), portal.clock, around())
    click.echo(f"payments: {asked} asked about, {judged} notifications judged")


@payments.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are decided.")
@as_json
@with_appcontext
def list_attempts(*, everything: bool, as_json: bool) -> None:
    """List the attempts that are open, the money that is held, the newest first."""
    states = [state.value for state in (State if everything else OPEN)]
    query = _ATTEMPTS.where(PaymentAttempt.state.in_(states)).limit(MOST)
    with here().db.read() as session:
        found = session.execute(query).all()
        waiting = [(one, voided.is_voided(session, one)) for one in holding.waiting(session)]
    if as_json:
        attempts = [attempt_object(*row) for row in found]
        click.echo(
            json.dumps(
                {
                    "attempts": attempts,
                    "held": [held_object(one, voided=gone) for one, gone in waiting],
                }
            )
        )
        return
    for attempt, number in found:
        click.echo(_line(attempt, number))
    for one, gone in waiting:
        click.echo(_held(one, gone=gone))


@payments.command()
@click.argument("reference")
@click.option("--ask", is_flag=True, help="Ask the gateway first.")
@as_json
@with_appcontext
def show(reference: str, *, ask: bool, as_json: bool) -> None:
    """Show an attempt with its moves, postings and held money."""
    portal = here()
    with portal.db.read() as session:
        found = select(PaymentAttempt.id).where(PaymentAttempt.reference == reference)
        attempt_id = session.scalar(found)
    if attempt_id is None:
        raise click.ClickException(f"there is no attempt {reference}")
    if ask:
        answers.learn(desk(portal), attempt_id, "staff", around())
    if as_json:
        click.echo(json.dumps(_object(attempt_id), ensure_ascii=False))
        return
    for line in _told(attempt_id):
        click.echo(line)


@payments.command()
@click.argument("held_id", type=int)
@decided
@with_appcontext
def settle(held_id: int, decision: Decision) -> None:
    """Settle held money: post it to a credit, or say that it was returned or never came."""
    try:
        posted = holding.settle(desk(here()), held_id, decision, around())
    except REFUSALS as error:
        raise _refused(error) from error
    where = f", posting {posted.posting_id}" if posted else ""
    click.echo(f"held {held_id}: {decision.outcome}{where}")


@payments.command()
@click.argument("posting_id", type=int)
@click.option("--why", required=True, type=click.Choice([why.value for why in Why]))
@click.option("--by", required=True, help="Who decides.")
@with_appcontext
def reverse(posting_id: int, why: str, by: str) -> None:
    """Take a payment back: what it paid is open again. The gateway is not asked for money."""
    try:
        reversing.reverse(desk(here()), posting_id, Why(why), by, around())
    except REFUSALS as error:
        raise _refused(error) from error
    click.echo(f"posting {posting_id}: taken back")


@payments.command()
@days
@with_appcontext
def reconcile(first: datetime, last: datetime, *, as_json: bool) -> None:
    """Compare what gateways say with what was posted; status 1 if it is not the same."""
    found = gateway_reconciling.compare(desk(here()), first.date(), last.date())
    if as_json:
        channels = [as_object(*one) for one in found.channels.items()]
        click.echo(json.dumps({"channels": channels, "unanswered": found.unanswered}))
    else:
        for channel, one in found.channels.items():
            tell(channel, one)
        for reference in found.unanswered:
            click.echo(f"no usable answer about {reference}")
    sys.exit(0 if found.clean else NOT_THE_SAME)


def around() -> Surroundings:
    """Where an operator's command comes from."""
    return Surroundings(now=here().clock(), network="command", browser="", locale="")


def _refused(error: Exception) -> click.ClickException:
    return click.ClickException(f"{type(error).__name__}: {error}")


def _line(attempt: PaymentAttempt, number: str) -> str:
    said = f"{attempt.reference}  {_moment(attempt.created_at)}  {attempt.state:<9}"
    said += f"  {number}  {attempt.purpose}  {pesos_text(Centavos(attempt.amount))}"
    return said + (f"  {attempt.problem}" if attempt.problem else "")


def _held(held: HeldPayment, *, gone: bool) -> str:
    amount = pesos_text(Centavos(held.amount))
    said = (
        f"held {held.id}  {_moment(held.held_at)}  {held.reason}  {held.source}:{held.source_key}"
        f"  {amount} {held.currency}  reference {held.reference}"
    )
    return said + ("  voided at the gateway" if gone else "")


def _told(attempt_id: int) -> list[str]:
    with here().db.read() as session:
        attempt, number = session.execute(_ATTEMPTS.where(PaymentAttempt.id == attempt_id)).one()
        lines = [_line(attempt, number)]
        lines += map(_move, _of(session, AttemptMove, attempt_id))
        lines += map(_posting, _of(session, Posting, attempt_id))
        held = _of(session, HeldPayment, attempt_id)
        lines += [_held(one, gone=voided.is_voided(session, one)) for one in held]
    return lines


def _object(attempt_id: int) -> dict[str, object]:
    with here().db.read() as session:
        attempt, number = session.execute(_ATTEMPTS.where(PaymentAttempt.id == attempt_id)).one()
        return attempt_object(attempt, number) | {
            "moves": [move_object(one) for one in _of(session, AttemptMove, attempt_id)],
            "postings": [posting_object(one) for one in _of(session, Posting, attempt_id)],
            "held": [
                held_object(one, voided=voided.is_voided(session, one))
                for one in _of(session, HeldPayment, attempt_id)
            ],
        }


def _of(session: Any, model: Any, attempt_id: int) -> list[Any]:
    return list(
        session.scalars(select(model).where(model.attempt_id == attempt_id).order_by(model.id))
    )


def _move(move: AttemptMove) -> str:
    said = f"  {_moment(move.at)}  {move.left or '-'} to {move.entered}, by {move.cause}"
    return said + (f": {move.reason}" if move.reason else "")


def _posting(posting: Posting) -> str:
    amount = pesos_text(Centavos(posting.amount))
    return (
        f"  posting {posting.id}  {posting.kind}  {posting.source}:{posting.source_key}  {amount}"
        f"  of {posting.value_date}"
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(BOGOTA):%Y-%m-%d %H:%M}"
