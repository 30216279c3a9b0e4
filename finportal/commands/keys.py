"""`keys`: the key that signs documents, made for a demo."""

import click
from flask.cli import with_appcontext

from finportal.adapters import demo_key, key_files
from finportal.adapters.signing_key import SigningError, SigningKey
from finportal.web.context import here

TWO_YEARS = 730
TEN_YEARS = 3650


@click.group()
def keys() -> None:
    """The key that signs documents."""


@keys.command()
@click.option(
    "--days",
    type=click.IntRange(1, TEN_YEARS),
    default=TWO_YEARS,
    show_default=True,
    help="How long the certificate holds.",
)
@with_appcontext
def create(days: int) -> None:
    """Make a key and a self-signed certificate for a demo; what is there is kept."""
    portal = here()
    if portal.settings.production:
        raise click.ClickException(
            "production signs with the lender's own certificate: "
            "docs/operating.md, Signing documents"
        )
    key = SigningKey.of(portal.settings)
    try:
        made = demo_key.create(key, portal.settings.lender, now=portal.clock(), days=days)
        last = key_files.opened(key).certificate.not_valid_after_utc
    except (SigningError, OSError) as error:
        raise click.ClickException(str(error)) from error
    did = "written to" if made else "kept in"
    click.echo(f"signing: {did} {key.key_file}, until {last:%Y-%m-%d}")
