"""The portal's accounts with the gateways: from its settings or, for the fake one, its key."""

import hmac

from pydantic import SecretStr

from finportal.gateway_settings import PlacetopayAccount, WompiAccount
from finportal.settings import Settings


def placetopay_account(settings: Settings) -> PlacetopayAccount:
    """The account with Placetopay; with the fake gateway, one made from the installation's key."""
    if not settings.fake_gateway:
        return settings.placetopay
    return PlacetopayAccount(
        host=settings.fake_gateway, login="demo", secret=SecretStr(_derived(settings, "placetopay"))
    )


def wompi_account(settings: Settings) -> WompiAccount:
    """The account with Wompi; with the fake gateway, one made from the installation's key."""
    if not settings.fake_gateway:
        return settings.wompi
    fake = settings.fake_gateway.rstrip("/")
    made = {name: _derived(settings, name) for name in ("private", "integrity", "events")}
    return WompiAccount(
        api=f"{fake}/v1",
        checkout=f"{fake}/p/",
        public_key="pub_test_demo",
        private_key=SecretStr(f"prv_test_{made['private']}"),
        integrity_secret=SecretStr(f"test_integrity_{made['integrity']}"),
        events_secret=SecretStr(f"test_events_{made['events']}"),
    )


def _derived(settings: Settings, name: str) -> str:
    """A secret only who holds the installation's key can know; it tells nothing of the key."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.digest(key, f"fake gateway: {name}".encode(), "sha256").hex()[:32]
