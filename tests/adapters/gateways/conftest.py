"""A fake gateway and a listening portal for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles import Clock
from tests.gateways import Bank, Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    """Where notifications arrive."""
    with Portal() as listening:
        yield listening


@pytest.fixture
def bank(tmp_path: Path, clock: Clock, portal: Portal) -> Iterator[Bank]:
    """The fake gateway, over HTTP."""
    with Bank(tmp_path, clock, portal.address) as serving:
        yield serving
