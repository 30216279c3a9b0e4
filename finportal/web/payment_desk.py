"""What the payment use cases need, from an application's adapters."""

from functools import partial

from finportal.adapters.gateways.chosen import gateway_named
from finportal.services.payments.desk import Desk
from finportal.web.context import Portal


def desk(portal: Portal) -> Desk:
    """The database, the keys, and every gateway by name.

    Also the one that was used before: its attempts may still be open.
    """
    named = partial(gateway_named, settings=portal.settings, clock=portal.clock)
    return Desk(portal.db, portal.vault, named)
