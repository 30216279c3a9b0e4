"""`worker`: the process that answers recovery requests, sends mail and texts and sweeps up."""

import logging
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from finportal.adapters.mail import SmtpPostman
from finportal.adapters.texts import TextPostman, text_postman
from finportal.services import chores
from finportal.web.context import Portal, here
from finportal.web.payment_desk import desk


@click.command()
@with_appcontext
def worker() -> None:
    """Do the portal's background work until stopped (Ctrl-C or SIGTERM)."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    portal = here()
    app = application()
    carriers = (
        SmtpPostman(app, portal.settings),
        text_postman(app, portal.settings, portal.clock),
    )
    portal.jobs.does(lambda: one_round(portal, *carriers))
    click.echo("worker: ready")
    portal.jobs.wake()
    portal.jobs.huey.create_consumer(workers=1, initial_delay=0.1, max_delay=1).run()


def application() -> Flask:
    """The application itself, for threads that have no context of their own."""
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def one_round(portal: Portal, postman: SmtpPostman, texts: TextPostman | None) -> None:
    """Everything the worker does when it is woken."""
    chores.do(
        portal.db,
        portal.vault,
        postman,
        portal.drawings,
        portal.clock,
        texts=texts,
        gateways=desk(portal).named,
        copies=portal.copies,
    )
