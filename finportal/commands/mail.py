"""`mail`: mails and texts in the outbox, what failed, and a round of it by hand."""

import click
from flask.cli import with_appcontext

from finportal.adapters.mail import SmtpPostman
from finportal.adapters.texts import text_postman
from finportal.commands.acting import acting, around, looking, refusals
from finportal.commands.worker import application, one_round
from finportal.services import failed_mail, outbox
from finportal.services.operators import Operator
from finportal.web.context import here


@click.group()
def mail() -> None:
    """The outbox: mails and text messages."""


@mail.command()
@with_appcontext
def send() -> None:
    """Send everything that is due now."""
    portal, app = here(), application()
    texts = text_postman(app, portal.settings, portal.clock)
    one_round(portal, SmtpPostman(app, portal.settings), texts)
    _counts()


@mail.command("list")
@with_appcontext
def count() -> None:
    """Count the letters by state."""
    _counts()


@mail.command()
@with_appcontext
def failed() -> None:
    """List the letters that failed for good."""
    with refusals("mail"):
        found = failed_mail.failed(here().db, looking(), around())
    for one in found:
        click.echo(f"{one.id}  {one.created_at:%Y-%m-%d %H:%M}  {one.kind}  {one.to}  {one.error}")
    if not found:
        click.echo("none")


@mail.command()
@click.argument("mail_id", type=int)
@acting
@with_appcontext
def retry(mail_id: int, operator: Operator) -> None:
    """Put a failed letter back in the outbox."""
    portal = here()
    with refusals("mail"):
        failed_mail.retry(portal.db, mail_id, operator, around())
    portal.jobs.wake()
    click.echo(f"letter {mail_id}: leaves again")


def _counts() -> None:
    with here().db.read() as session:
        counts = outbox.counts(session)
    click.echo("mail: " + (", ".join(f"{n} {s}" for s, n in sorted(counts.items())) or "none"))
