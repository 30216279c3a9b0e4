"""The components, all states."""

from collections.abc import Callable

from flask import Flask

from finportal.settings import Settings
from tests.visitor import Visitor


def test_every_component_is_drawn(visitor: Visitor) -> None:
    visitor.open("/patterns")
    assert len(visitor.page.select("main section")) >= 7


def test_real_customers_never_see_it(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    real = {"mode": "production", "trusted_hosts": ("localhost",)}
    app = make_app(settings.model_copy(update=real))
    assert app.test_client().get("/patterns").status_code == 404
    assert app.test_client().get("/demo/mail").status_code == 404
