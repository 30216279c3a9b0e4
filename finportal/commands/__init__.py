"""The operator's command line: a file per noun."""

from flask import Flask

from finportal.commands.check import check
from finportal.commands.database import db
from finportal.commands.demo import demo
from finportal.commands.load import load
from finportal.commands.mail import mail
from finportal.commands.worker import worker


def init_commands(app: Flask) -> None:
    """Add every command to `flask --app wsgi`."""
    for command in (check, db, demo, load, mail, worker):
        app.cli.add_command(command)
