"""What the payment use cases need, from an application's adapters."""

from functools import partial

from finportal.adapters.gateways.chosen import gateway_named
from finportal.adapters.gateways.client import Http
from finportal.services.payments.desk import Desk
from finportal.web.context import Portal

ASKING_SECONDS = 3.0
"""What a page or a notification waits for a gateway's answer at most: as long it holds a process.
The worker asks again, and waits for as long as the settings say."""


def desk(portal: Portal) -> Desk:
    """The database, the keys, and every gateway by name.

    Also the one that was used before: its attempts may still be open.
    """
    named = partial(gateway_named, settings=portal.settings, clock=portal.clock)
    return Desk(portal.db, portal.vault, named)


def asking_desk(portal: Portal) -> Desk:
    """The same for questions inside a request: they give up early."""
    limit = min(ASKING_SECONDS, portal.settings.gateway_timeout)
    http = Http(connect=limit, read=limit, total=limit)
    named = partial(gateway_named, settings=portal.settings, clock=portal.clock, http=http)
    return Desk(portal.db, portal.vault, named)
