"""A scene for each test: both gateways, both databases."""

from collections.abc import Iterator

import pytest

from finportal.services.payments.desk import Desk
from finportal.web.context import Portal
from tests.factories import People
from tests.gateways import Bank
from tests.paying import BOTH, bank, gateway_name
from tests.services.payments.scene import Listening, Scene, scene_of

__all__ = ["BOTH", "bank", "gateway_name"]


@pytest.fixture
def listening() -> Iterator[Listening]:
    """Where notifications arrive."""
    with Listening() as portal:
        yield portal


@pytest.fixture
def scene(
    portal: Portal,
    people: People,
    bank: Bank,
    listening: Listening,
    gateway_name: str,
) -> Scene:
    """A credit with overdue instalments on 9 February 2026, ten in the morning in Bogotá."""
    desk = Desk(portal.db, portal.vault, bank.gateway)
    return scene_of(people, desk, bank, listening, gateway_name)
