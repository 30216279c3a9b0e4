"""`documents`: what a paper says, taking one back, and whether all of them still hold good."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

import click
from flask.cli import with_appcontext

from finportal.commands.loan_options import told
from finportal.services.days import BOGOTA
from finportal.services.documents import checking, delivery, shelf, voiding
from finportal.services.documents.shelf import Issued, Tampered
from finportal.services.documents.verification import verify as verify_papers
from finportal.services.documents.voiding import AlreadyVoid, FollowedByAnother
from finportal.services.visits import Surroundings
from finportal.web.context import here

TAMPERED = "what is stored is not what was issued"


@click.group()
def documents() -> None:
    """Papers that were issued."""


@documents.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def show(code: str, *, as_json: bool) -> None:
    """Show what the paper of this CODE says; amounts in centavos, times of Bogotá."""
    with here().db.read() as session:
        issued = _found(session, code)
        delivered = delivery.of(session, issued.id)
    shown = _shown(issued) | {
        "medium": delivered.medium,
        "notice_recipient": delivered.recipient,
        "notice_message_id": delivered.message_id,
        "notice_state": delivered.state,
        "notice_posted_at": _time(delivered.posted_at),
        "notice_taken_at": _time(delivered.taken_at),
        "facts": issued.paper.model_dump(mode="json"),
    }
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for line in _lines(shown):
        click.echo(line)


@documents.command()
@click.argument("code")
@click.option("--reason", type=click.Choice([voiding.MISTAKEN]), required=True)
@with_appcontext
def void(code: str, reason: str) -> None:
    """Say that the paper of this CODE does not hold; asked for again, it is issued anew."""
    portal = here()
    around = Surroundings(now=portal.clock(), network="command", browser="", locale="")
    try:
        issued = voiding.mistaken(portal.db, checking.canonical(code), around)
    except LookupError as error:
        raise click.ClickException(f"no paper has the code {code}") from error
    except AlreadyVoid as error:
        raise click.ClickException(str(error)) from error
    except FollowedByAnother as error:
        reason = f"{error}; void {error.following} first, and issue both again from the older one"
        raise click.ClickException(reason) from error
    except Tampered as error:
        raise click.ClickException(f"{error}: {TAMPERED}") from error
    click.echo(f"{issued.number}: void ({reason})")


@documents.command()
@click.option(
    "--sample", type=click.IntRange(1, 100), default=100, metavar="PERCENT",
    help="Look at about so many papers in a hundred, chosen at random.",
)  # fmt: skip
@click.option("--seed", type=int, help="Choose the same ones again.")
@with_appcontext
def verify(sample: int, seed: int | None) -> None:
    """Look at every paper's digest and compute its figures again; status 1 if any differs.

    Statements that hold must open with what the month before's closed with.
    """
    portal, looked, bad = here(), 0, 0
    with told("documents"):
        for one in verify_papers(portal.db, portal.settings.lender, sample, Random(seed)):  # noqa: S311
            looked += 1
            bad += bool(one.differences)
            for difference in one.differences:
                click.echo(f"{one.number}: {difference}")
    click.echo(f"verified: {looked} papers, {bad} differ")
    sys.exit(1 if bad else 0)


def _found(session: Any, code: str) -> Issued:
    try:
        issued = shelf.by_code(session, checking.canonical(code))
    except Tampered as error:
        raise click.ClickException(f"{error}: {TAMPERED}") from error
    if issued is None:
        raise click.ClickException(f"no paper has the code {code}")
    return issued


def _shown(issued: Issued) -> dict[str, Any]:
    return {
        "number": issued.number,
        "code": issued.code,
        "kind": issued.kind,
        "loan_number": issued.loan_number,
        "issued_at": _time(issued.issued_at),
        "void": issued.void.reason if issued.void else None,
        "void_since": _time(issued.void.voided_at if issued.void else None),
        "replaced_by": issued.replaced_by,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(BOGOTA).isoformat(timespec="seconds") if moment else None


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    """Nested values as indented lines, what is empty left out."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for name, one in pairs:
        if isinstance(one, dict | list) and one:
            yield f"{indent}{name}:"
            yield from _lines(one, f"{indent}  ")
        elif one not in (None, "", [], {}):
            yield f"{indent}{name}: {one}"
