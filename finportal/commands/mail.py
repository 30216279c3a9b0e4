"""`mail`: what is in the outbox, and a round of it by hand."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from finportal.adapters.mail import SmtpPostman
from finportal.commands.worker import application, one_round
from finportal.models import OutboxMail
from finportal.models.mail import FAILED
from finportal.services import outbox
from finportal.services.identity import masked_email
from finportal.web.context import here


@click.group()
def mail() -> None:
    """The outbox."""


@mail.command()
@with_appcontext
def send() -> None:
    """Send everything that is due now."""
    portal = here()
    one_round(portal, SmtpPostman(application(), portal.settings))
    _counts()


@mail.command("list")
@with_appcontext
def list_failed() -> None:
    """Count the letters by state, and list those that failed for good."""
    _counts()
    failed = (
        select(OutboxMail).where(OutboxMail.state == FAILED).order_by(OutboxMail.created_at.desc())
    )
    with here().db.read() as session:
        for row in session.scalars(failed):
            click.echo(
                f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {row.kind}  "
                f"{masked_email(row.recipient)}  {row.last_error}"
            )


@mail.command()
@click.argument("mail_id", type=int)
@with_appcontext
def retry(mail_id: int) -> None:
    """Put a failed letter back in the outbox."""
    if not outbox.retry(here().db, mail_id, here().clock()):
        raise click.ClickException(f"letter {mail_id} did not fail, or its content was erased")
    here().jobs.wake()


def _counts() -> None:
    with here().db.read() as session:
        counts = outbox.counts(session)
    click.echo("mail: " + (", ".join(f"{n} {s}" for s, n in sorted(counts.items())) or "none"))
