"""The walk through the other journey: every route of registering by code, every kind of visitor."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from finportal.journey import BEFORE_SIGN_IN, sent_elsewhere
from tests.doubles import Statements
from tests.walk import Scene, blueprint_of, routes
from tests.walk_visitors import REGISTERING, VISITORS
from tests.web.test_every_route import address_of, built, closed, unstated

EVERYBODY = VISITORS | REGISTERING
OPEN = {200, 303, 409, 429}
"""A page, the way on where a step has nothing to ask, its time is over, no questions are left."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Scene]:
    """One portal for the walk, with the other journey."""
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as machine:
        machine.setenv("FINPORTAL_INSTANCE", str(folder))
        app, clock = built(folder, sqlite_template, journey="code")
    log = logging.getLogger("finportal")
    level = log.level
    log.setLevel(logging.CRITICAL)
    with Statements(app.extensions["finportal"].db.engines) as statements:
        yield Scene(app, clock, statements, EVERYBODY)
    log.setLevel(level)
    closed(app)


def test_every_route_states_who_may_open_it(scene: Scene) -> None:
    assert not unstated(scene.app)


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_each_visitor_is_answered(scene: Scene, name: str) -> None:
    kind = scene.visitors[name]
    for rule in routes(scene.app):
        if blueprint_of(rule) not in BEFORE_SIGN_IN:
            continue
        path = scene.path(rule, scene.things)
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            if method not in (rule.methods or ()):
                continue
            answer = scene.ask(kind, method, path)
            where = f"{name}: {method} {path} {answer.status} {answer.location}"
            away = sent_elsewhere(
                kind.stage, blueprint_of(rule), expired=kind.lapsed, held=kind.held
            )
            if away:
                there = address_of(scene, away.endpoint, away.notice)
                assert (answer.status, answer.location) == (HTTPStatus.SEE_OTHER, there), where
            elif method == "POST":
                assert answer.status in {*OPEN, 400, 422}, where
            else:
                assert answer.status in OPEN, where
            assert method == "POST" or not answer.written - {"sessions"}, (where, answer.written)
