"""Every setting of the portal, typed, and what production refuses to start with."""

import os
import re
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from click import ClickException
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from finportal.gateway_settings import GatewaySettings
from finportal.lender import Lender
from finportal.slip_settings import Slip
from finportal.text_settings import TextSettings

SHORTEST_KEY = 32
OPEN_TO_OTHERS = 0o077
TOKEN = re.compile(r"[a-z][a-z-]{0,30}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Misconfigured(ClickException):
    """The settings cannot run the portal; the message names everything that must be set."""


class Settings(GatewaySettings, TextSettings, BaseSettings):
    """Values from `FINPORTAL_*` variables, then the instance's `finportal.toml` and `keys.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="FINPORTAL_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    mode: Literal["production", "development", "demo"] = "production"
    instance: Path = Path("instance")
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    proxy_hops: int | None = Field(default=None, ge=0, le=3)
    database_url: str = Field(default="", repr=False)
    redis_url: str = Field(default="", repr=False)
    template_cache: Path | None = None

    secret_key: SecretStr = SecretStr("")
    image_key: SecretStr = SecretStr("")
    mail_key: SecretStr = SecretStr("")
    pepper: SecretStr = SecretStr("")

    signing_key: Path = Path("signing.key.pem")
    signing_certificate: Path = Path("signing.crt.pem")
    signing_passphrase: SecretStr = SecretStr("")
    journey: Literal["credentials", "code"] = "credentials"
    email_change: Literal["held", "staff"] = "held"
    silent_registration: bool = False
    password_min_length: int = Field(default=12, ge=8, le=64)

    mail_server: str = ""
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_username: str | None = None
    mail_password: SecretStr | None = None
    mail_default_sender: str = ""
    mail_timeout: float = Field(default=20, gt=0)

    lender: Lender = Lender()
    slip: Slip = Slip()
    brand: dict[str, str] = {}
    brand_dark: dict[str, str] = {}

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Host names with commas between them, as a variable brings them."""
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("brand", "brand_dark")
    @classmethod
    def only_colours(cls, tokens: dict[str, str]) -> dict[str, str]:
        """Names of tokens and their colours as #rrggbb."""
        for name, colour in tokens.items():
            if not (TOKEN.fullmatch(name) and COLOUR.fullmatch(colour)):
                raise ValueError(
                    f'{name} = "{colour}" is no colour token such as brand = "#0b5563"'
                )
        return tokens

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the two files of the instance folder."""
        folder = instance_folder()
        files = TomlConfigSettingsSource(
            settings_cls, [folder / "keys.toml", folder / "finportal.toml"]
        )
        return init_settings, env_settings, files

    @property
    def demo(self) -> bool:
        """Whether this is the demo lender, whose mail anyone at this machine may read."""
        return self.mode == "demo"

    @property
    def production(self) -> bool:
        """Whether real customers use this installation."""
        return self.mode == "production"

    @property
    def texts(self) -> bool:
        """Whether text messages can be sent; in the demo they are read beside its mail."""
        return bool(self.sms_account) or self.demo

    @property
    def secure(self) -> bool:
        """Whether customers reach the portal by HTTPS, and cookies may say so."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database; SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{(self.instance / 'finportal.db').resolve()}"

    @property
    def hosts(self) -> list[str]:
        """Host names the portal answers to; its own address is always one of them."""
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        local = [] if self.production else ["127.0.0.1", "localhost"]
        return sorted({own, *self.trusted_hosts, *local})

    @classmethod
    def load(cls, **given: object) -> Self:
        """The settings of this machine, or Misconfigured naming everything that is wrong."""
        try:
            settings = cls(**{"instance": instance_folder(), **given})  # type: ignore[arg-type]
        except ValidationError as error:
            raise Misconfigured(_sentences(error)) from None
        except (SettingsError, TOMLDecodeError) as error:
            raise Misconfigured(_listed([str(error)])) from None
        wrong = missing_keys(settings) + missing_files(settings)
        wrong += settings.gateway_gaps() + settings.text_gaps()
        if wrong := wrong + (unsafe(settings) if settings.production else []):
            raise Misconfigured(_listed(wrong))
        return settings


def instance_folder() -> Path:
    """The folder with this machine's settings, keys and database, wherever a process works."""
    return Path(os.environ.get("FINPORTAL_INSTANCE", "instance")).resolve()


def missing_keys(settings: Settings) -> list[str]:
    """A sentence for each secret that is absent or too short to protect anything."""
    names = ("secret_key", "image_key", "mail_key", "pepper")
    return [
        f"FINPORTAL_{name.upper()} needs at least {SHORTEST_KEY} characters "
        "(python -m finportal.keys writes all four)"
        for name in names
        if len(getattr(settings, name).get_secret_value()) < SHORTEST_KEY
    ]


def missing_files(settings: Settings) -> list[str]:
    """A sentence for each file that a setting names and that is not there."""
    logo = settings.lender.logo
    absent = logo is not None and not (settings.instance / logo).is_file()
    return [f"[lender] logo: there is no file {logo} in the instance folder"] if absent else []


def unsafe(settings: Settings) -> list[str]:
    """A sentence for each thing that production refuses to start with."""
    checks = {
        "FINPORTAL_BASE_URL must be the https:// address customers use": (
            settings.secure and urlsplit(settings.base_url).hostname
        ),
        "FINPORTAL_PROXY_HOPS must say how many proxies stand in front (0 for none)": (
            settings.proxy_hops is not None
        ),
        "FINPORTAL_MAIL_USERNAME needs MAIL_USE_TLS or MAIL_USE_SSL": (
            not settings.mail_username or settings.mail_use_tls or settings.mail_use_ssl
        ),
        "the demo lender is in this instance folder: use another for real customers": not (
            (settings.instance / "demo").exists()
        ),
        "FINPORTAL_TRUSTED_HOSTS must list the host names of the portal": settings.trusted_hosts,
        "FINPORTAL_MAIL_SERVER must name the mail server": settings.mail_server,
        "FINPORTAL_MAIL_DEFAULT_SENDER must be the address mail comes from": (
            settings.mail_default_sender
        ),
        "FINPORTAL_MAIL_USE_TLS and FINPORTAL_MAIL_USE_SSL exclude each other": not (
            settings.mail_use_tls and settings.mail_use_ssl
        ),
        "FINPORTAL_SECRET_KEY, IMAGE_KEY, MAIL_KEY and PEPPER must differ": _keys_differ(settings),
        "FLASK_DEBUG must be off": os.environ.get("FLASK_DEBUG", "0") in {"", "0", "false"},
    }
    checks |= {
        f"[lender] {field} must be the lender's own": getattr(settings.lender, field)
        != getattr(Lender(), field)
        for field in ("name", "legal_name", "nit", "phone", "email", "privacy_email", "address")
    }
    checks |= {
        f"{path} must not be readable by others (chmod 600)": False
        for path in private_files(settings)
        if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS
    }
    wrong = [sentence for sentence, holds in checks.items() if not holds]
    return wrong + settings.gateway_dangers() + settings.text_dangers()


def private_files(settings: Settings) -> list[Path]:
    """The files that only the portal's own user may read: keys, settings, a SQLite database."""
    names = ("keys.toml", "finportal.toml", settings.signing_key)
    files = [settings.instance / name for name in names]
    database = settings.database.partition("sqlite:///")[2]
    return [*files, Path(database)] if database else files


def _keys_differ(settings: Settings) -> bool:
    keys = (settings.secret_key, settings.image_key, settings.mail_key, settings.pepper)
    return len({key.get_secret_value() for key in keys}) == len(keys)


def _sentences(error: ValidationError) -> str:
    return _listed(
        [
            f"FINPORTAL_{'__'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        ]
    )


def _listed(sentences: list[str]) -> str:
    return "The portal cannot start:\n" + "\n".join(f"- {sentence}" for sentence in sentences)
