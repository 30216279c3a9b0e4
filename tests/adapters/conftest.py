"""What the tests of the adapters share."""

import hypothesis
import pytest

from finportal.settings import Settings

hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Tests read no `instance/finportal.toml` of whoever runs them."""
    monkeypatch.setenv("FINPORTAL_INSTANCE", str(tmp_path_factory.getbasetemp()))


@pytest.fixture
def keys() -> Settings:
    """Settings for what needs keys only."""
    return Settings(
        mode="demo", secret_key="s" * 40, image_key="i" * 40, mail_key="m" * 40, pepper="p" * 40
    )
