"""The settings of the payment gateways, and what production refuses to take money with."""

from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

WOMPI_PREFIXES = {
    "public_key": "pub_{}_",
    "private_key": "prv_{}_",
    "integrity_secret": "{}_integrity_",
    "events_secret": "{}_events_",
}
TEST_WORDS = ("test", "sandbox", "localhost", "demo")


class PlacetopayAccount(BaseModel):
    """A site at Placetopay WebCheckout. The sha1 ways are for sites not switched to SHA-256 yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "https://checkout.placetopay.com"
    login: str = Field(default="", max_length=32)
    secret: SecretStr = SecretStr("")
    sha1_login: bool = False
    sha1_notifications: bool = False


class WompiAccount(BaseModel):
    """A merchant at Wompi. `api` follows from the keys' environment unless it is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: str = ""
    checkout: str = "https://checkout.wompi.co/p/"
    public_key: str = ""
    private_key: SecretStr = SecretStr("")
    integrity_secret: SecretStr = SecretStr("")
    events_secret: SecretStr = SecretStr("")

    @property
    def environment(self) -> str:
        """The environment of the public key: "test" or "prod"; "" for a key that is none."""
        prefix, _, rest = self.public_key.partition("_")
        name = rest.partition("_")[0]
        return name if prefix == "pub" and name in {"test", "prod"} else ""

    @property
    def address(self) -> str:
        """Where the API is."""
        named = "production" if self.environment == "prod" else "sandbox"
        return self.api or f"https://{named}.wompi.co/v1"


class GatewaySettings(BaseModel):
    """Which gateway takes payments, and the accounts with both."""

    gateway: Literal["", "placetopay", "wompi"] = ""
    gateway_timeout: float = Field(default=15, gt=0, le=60)
    fake_gateway: str = ""
    placetopay: PlacetopayAccount = PlacetopayAccount()
    wompi: WompiAccount = WompiAccount()

    def gateway_gaps(self) -> list[str]:
        """A sentence for each thing the chosen gateway lacks."""
        if self.fake_gateway or not self.gateway:
            return []
        return self._placetopay_gaps() if self.gateway == "placetopay" else self._wompi_gaps()

    def gateway_dangers(self) -> list[str]:
        """A sentence for each thing production refuses to take money with."""
        found = ["FINPORTAL_FAKE_GATEWAY is for the demo only"] if self.fake_gateway else []
        addresses = {
            "placetopay": {"HOST": self.placetopay.host},
            "wompi": {"API": self.wompi.address, "CHECKOUT": self.wompi.checkout},
        }
        found += [
            f"FINPORTAL_{self.gateway.upper()}__{name} must be https and no test address"
            for name, address in addresses.get(self.gateway, {}).items()
            if not _for_real_money(address)
        ]
        if self.gateway == "wompi" and self.wompi.environment == "test":
            found.append("FINPORTAL_WOMPI__PUBLIC_KEY must be of production (pub_prod_…)")
        return found

    def _placetopay_gaps(self) -> list[str]:
        given = {"LOGIN": self.placetopay.login, "SECRET": self.placetopay.secret}
        return [
            f"FINPORTAL_PLACETOPAY__{name} must be set: Placetopay gave it with the site"
            for name, value in given.items()
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value)
        ]

    def _wompi_gaps(self) -> list[str]:
        environment = self.wompi.environment or "prod"
        gaps = []
        for name, form in WOMPI_PREFIXES.items():
            value = getattr(self.wompi, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            prefix = form.format(environment)
            if not text.startswith(prefix) or text == prefix:
                gaps.append(f"FINPORTAL_WOMPI__{name.upper()} must be a key {prefix}…")
        return gaps


def _for_real_money(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        numeric = bool(ip_address(host))
    except ValueError:
        numeric = False
    is_test = any(word in host for word in TEST_WORDS)
    return parts.scheme == "https" and "." in host and not numeric and not is_test
