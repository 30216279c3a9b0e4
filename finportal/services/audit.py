"""The trail of what matters: rows that are only ever added."""

from sqlalchemy import insert

from finportal.adapters.database import Link
from finportal.models import Base
from finportal.services.visits import Surroundings

_ADD = insert(Base.metadata.tables["audit_events"])


def record(
    link: Link,
    kind: str,
    around: Surroundings,
    *,
    account_id: int | None = None,
    customer_id: int | None = None,
    detail: str = "",
) -> None:
    """Add a row: what happened, to whom, when, from which network. Never a secret."""
    link.execute(
        _ADD,
        {
            "at": around.now,
            "kind": kind,
            "account_id": account_id,
            "customer_id": customer_id,
            "network": around.network,
            "detail": detail,
        },
    )
