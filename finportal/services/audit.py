"""The trail of what matters: rows that are only ever added."""

from collections.abc import Iterable

from sqlalchemy import insert

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.models import Base
from finportal.services.visits import Surroundings

_ADD = insert(Base.metadata.tables["audit_events"])
_ADD_ONE = Prepared(_ADD)


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
    _ADD_ONE.run(
        link,
        {
            "at": around.now,
            "kind": kind,
            "account_id": account_id,
            "customer_id": customer_id,
            "network": around.network,
            "detail": detail,
        },
    )


def record_each(link: Link, kind: str, around: Surroundings, of: Iterable[tuple[int, str]]) -> None:
    """Add a row for each customer and detail, by one statement."""
    rows = [
        {
            "at": around.now,
            "kind": kind,
            "customer_id": customer_id,
            "network": around.network,
            "detail": detail,
        }
        for customer_id, detail in of
    ]
    if rows:
        link.execute(_ADD, rows)
