"""Which gateway this installation uses."""

from collections.abc import Callable
from datetime import datetime

from finportal.adapters.gateways import Gateway
from finportal.adapters.gateways.accounts import placetopay_account, wompi_account
from finportal.adapters.gateways.client import Http
from finportal.adapters.gateways.placetopay import Placetopay
from finportal.adapters.gateways.wompi import Wompi
from finportal.settings import Settings


def gateway_of(
    settings: Settings, clock: Callable[[], datetime], http: Http | None = None
) -> Gateway | None:
    """The gateway that new attempts go to; None where customers can only pay at a bank."""
    return gateway_named(settings.gateway, settings, clock, http) if settings.gateway else None


def gateway_named(
    name: str, settings: Settings, clock: Callable[[], datetime], http: Http | None = None
) -> Gateway:
    """A gateway by its name: attempts of the one used before must still be asked about.

    Raises KeyError for a name that is none of NOTIFICATION_PATHS.
    """
    limit = settings.gateway_timeout
    http = http or Http(connect=min(5, limit), read=limit, total=limit)
    makers: dict[str, Callable[[], Gateway]] = {
        "placetopay": lambda: Placetopay(placetopay_account(settings), http, clock),
        "wompi": lambda: Wompi(wompi_account(settings), http, clock),
    }
    return makers[name]()
