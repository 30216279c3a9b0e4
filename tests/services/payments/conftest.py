"""A scene for each test: both gateways, both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finportal.services.payments.desk import Desk
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People
from tests.gateways import Bank
from tests.services.payments.scene import Listening, Scene, scene_of

BOTH = ["placetopay", "wompi"]


@pytest.fixture
def gateway_name() -> str:
    """The gateway; tests that run with both override it by parametrising."""
    return "placetopay"


@pytest.fixture
def listening() -> Iterator[Listening]:
    """Where notifications arrive."""
    with Listening() as portal:
        yield portal


@pytest.fixture
def bank(tmp_path: Path, clock: Clock, listening: Listening) -> Iterator[Bank]:
    """The fake gateway, over HTTP."""
    clock.now = datetime(2026, 2, 9, 15, tzinfo=UTC)
    with Bank(tmp_path, clock, listening.address) as serving:
        yield serving


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
