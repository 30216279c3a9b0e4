"""What a request needs of the application: its adapters, the clock and where it comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from flask import current_app
from flask.globals import request_ctx

from finportal.adapters.bundles import Bundles
from finportal.adapters.database import Database
from finportal.adapters.drawings import Drawings
from finportal.adapters.jobs import Jobs
from finportal.adapters.pdf import Press
from finportal.adapters.secrets import Vault
from finportal.services.my_data.takeouts import Maker
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from finportal.web.languages import locale
from finportal.web.networks import network_of
from finportal.web.user_agents import browser_name

DEVICE = "disp"
SESSION = "sesion"


@dataclass(frozen=True)
class Portal:
    """The adapters this application was built with."""

    settings: Settings
    db: Database
    vault: Vault
    jobs: Jobs
    drawings: Drawings
    clock: Callable[[], datetime]

    @classmethod
    def of(cls, settings: Settings, clock: Callable[[], datetime] | None = None) -> Self:
        """The adapters as the settings name them, and the clock of this machine unless given."""
        papers = settings.instance / "documents"
        return cls(
            settings=settings,
            db=Database(settings.database),
            vault=Vault(settings),
            jobs=Jobs(settings),
            drawings=Drawings(papers, Press(papers)),
            clock=clock or (lambda: datetime.now(UTC)),
        )

    @cached_property
    def maintenance_file(self) -> str:
        """The file that closes the portal while it exists."""
        return str(self.settings.instance / "maintenance")

    @cached_property
    def bundles(self) -> Bundles:
        """Where copies of customers' data lie until they are taken or their day is over."""
        return Bundles(self.settings.instance / "my-data")

    @property
    def copies(self) -> Maker:
        """What the worker needs to make them."""
        lender = self.settings.lender
        return Maker(self.db, self.vault, self.bundles, (lender.legal_name, lender.privacy_email))

    def cookie(self, name: str) -> str:
        """A cookie's full name: bound to this host over HTTPS, plain over local http."""
        return f"__Host-{name}" if self.settings.secure else name


def here() -> Portal:
    """The portal that answers this request."""
    portal: Portal = current_app.extensions["finportal"]
    return portal


def surroundings() -> Surroundings:
    """When and from where this request comes."""
    portal, asked = here(), request_ctx.request
    return Surroundings(
        now=portal.clock(),
        network=network_of(asked.remote_addr),
        browser=browser_name(asked.user_agent.string),
        locale=locale(),
        device_token=asked.cookies.get(portal.cookie(DEVICE)),
        texts=portal.settings.texts,
    )
