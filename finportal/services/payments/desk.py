"""What every use case of this package needs at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from finportal.adapters.database import Database
from finportal.adapters.gateways import NOTIFICATION_PATHS, Gateway
from finportal.adapters.secrets import Vault
from finportal.services.payments.errors import UnknownGateway


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the keys for letters, and the gateways by name (`chosen.gateway_named`)."""

    db: Database
    vault: Vault
    named: Callable[[str], Gateway]

    def gateway(self, name: str) -> Gateway:
        """The gateway of this name. Raises UnknownGateway."""
        if name not in NOTIFICATION_PATHS:
            raise UnknownGateway(name)
        return self.named(name)


def source_of(gateway: str) -> str:
    """What `loan_events` and `postings` call the payments of a gateway."""
    return f"gateway:{gateway}"
