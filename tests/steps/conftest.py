"""What the tests of the steps share: a portal where people register by code."""

import pytest
from flask import Flask

from tests.enrolments import Office
from tests.factories import People


@pytest.fixture
def office(app: Flask, people: People) -> Office:
    """The portal, with a book; modules that register by code say so in `settings`."""
    return Office(app, people)
