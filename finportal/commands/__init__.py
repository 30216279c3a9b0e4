"""The operator's command line: a file per noun, imported when it is used."""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "audit": "audit",
    "bank": "bank",
    "case": "case",
    "changes": "changes",
    "check": "check",
    "customer": "customer",
    "db": "database",
    "journal": "journal",
    "payments": "payments",
    "preferences": "preferences",
    "demo": "demo",
    "keys": "keys",
    "load": "load",
    "loan": "loan",
    "mail": "mail",
    "reports": "reports",
    "statements": "statements",
    "documents": "documents",
    "lien": "lien",
    "worker": "worker",
}
"""Each command's name and its module: the web processes never load what only an operator needs."""


class Commands(AppGroup):
    """The commands of `flask --app wsgi`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, by name."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from its module."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"finportal.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


def init_commands(app: Flask) -> None:
    """Put the portal's commands in place of Flask's empty group."""
    app.cli = Commands("finportal")
