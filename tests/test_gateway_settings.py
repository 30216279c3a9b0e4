"""Settings of the gateways: what is missing is named, and production takes no play money."""

from pathlib import Path
from typing import Any

import pytest

from finportal.adapters.gateways.accounts import placetopay_account, wompi_account
from finportal.adapters.gateways.chosen import gateway_named, gateway_of
from finportal.settings import Misconfigured, Settings
from tests.doubles import Clock
from tests.test_settings import GOOD

PLACETOPAY: dict[str, Any] = {
    "gateway": "placetopay",
    "placetopay": {"login": "site", "secret": "s3cret-of-site"},
}
WOMPI: dict[str, Any] = {
    "gateway": "wompi",
    "wompi": {
        "public_key": "pub_prod_a",
        "private_key": "prv_prod_b",
        "integrity_secret": "prod_integrity_c",
        "events_secret": "prod_events_d",
    },
}
DEMO = GOOD | {"mode": "demo"}


def refusal(**given: Any) -> str:
    with pytest.raises(Misconfigured) as refused:
        Settings.load(**given)
    return str(refused.value)


@pytest.mark.parametrize("given", [{}, PLACETOPAY, WOMPI])
def test_production_starts_with_what_is_whole(given: dict[str, Any]) -> None:
    settings = Settings.load(**GOOD | given)
    found = gateway_of(settings, Clock())
    assert (found.name if found else "") == given.get("gateway", "")


@pytest.mark.parametrize(
    ("gateway", "named"),
    [
        ("placetopay", ["PLACETOPAY__LOGIN", "PLACETOPAY__SECRET"]),
        ("wompi", ["PUBLIC_KEY", "PRIVATE_KEY", "INTEGRITY_SECRET", "EVENTS_SECRET"]),
    ],
)
@pytest.mark.parametrize("base", [GOOD, DEMO])
def test_everything_that_is_missing_is_named(
    base: dict[str, Any], gateway: str, named: list[str]
) -> None:
    said = refusal(**base | {"gateway": gateway})
    assert all(name in said for name in named)


@pytest.mark.parametrize(
    "changed",
    [
        {"private_key": "prv_test_b"},
        {"integrity_secret": "test_integrity_c"},
        {"events_secret": "prod_events_"},
        {"public_key": "prod"},
    ],
)
def test_keys_of_two_environments_are_refused(changed: dict[str, str]) -> None:
    assert "must be a key" in refusal(
        **DEMO | {"gateway": "wompi", "wompi": WOMPI["wompi"] | changed}
    )


@pytest.mark.parametrize(
    "host",
    [
        "http://checkout.placetopay.com",
        "https://checkout-test.placetopay.com",
        "https://127.0.0.1:8001",
        "https://[::1]",
        "https://localhost",
        "https://intranet",
        "checkout.placetopay.com",
    ],
)
def test_production_refuses_an_address_without_real_money(host: str) -> None:
    account = {"login": "site", "secret": "s3cret-of-site", "host": host}
    given = {"gateway": "placetopay", "placetopay": account}
    said = refusal(**GOOD | given)
    assert "FINPORTAL_PLACETOPAY__HOST must be https" in said
    assert "s3cret" not in said
    Settings.load(**DEMO | given)


def test_production_refuses_wompis_test_keys() -> None:
    keys = {name: key.replace("prod", "test") for name, key in WOMPI["wompi"].items()}
    said = refusal(**GOOD | {"gateway": "wompi", "wompi": keys})
    assert "FINPORTAL_WOMPI__PUBLIC_KEY must be of production" in said
    assert "FINPORTAL_WOMPI__API" in said


def test_production_refuses_the_fake_gateway() -> None:
    assert "FAKE_GATEWAY" in refusal(**GOOD | PLACETOPAY | {"fake_gateway": "http://127.0.0.1:1"})


def test_secrets_come_from_variables_and_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FINPORTAL_GATEWAY", "placetopay")
    monkeypatch.setenv("FINPORTAL_PLACETOPAY__LOGIN", "site")
    (tmp_path / "finportal.toml").write_text('[placetopay]\nsecret = "s3cret-of-site"\n')
    settings = Settings.load(**DEMO)
    assert settings.placetopay.secret.get_secret_value() == "s3cret-of-site"
    assert "s3cret" not in repr(settings)


def test_the_fake_gateway_has_accounts_of_its_own() -> None:
    fake = "http://127.0.0.1:8001/"
    settings = Settings.load(**DEMO | PLACETOPAY | {"fake_gateway": fake})
    other = Settings.load(**DEMO | {"fake_gateway": fake, "secret_key": "t" * 40})
    assert placetopay_account(settings).host == fake
    assert wompi_account(settings).address == "http://127.0.0.1:8001/v1"
    assert placetopay_account(settings).secret != placetopay_account(other).secret
    assert wompi_account(settings).events_secret != wompi_account(other).events_secret


def test_the_gateway_used_before_can_still_be_asked() -> None:
    settings = Settings.load(**DEMO | PLACETOPAY)
    assert gateway_named("wompi", settings, Clock()).name == "wompi"
    with pytest.raises(KeyError):
        gateway_named("other", settings, Clock())


def test_the_api_follows_from_the_key() -> None:
    address = Settings.load(**DEMO | WOMPI).wompi.address
    assert address == "https://production.wompi.co/v1"
    assert Settings.load(**DEMO).wompi.address == "https://sandbox.wompi.co/v1"
