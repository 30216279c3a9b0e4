"""Settings: where they come from, and what production refuses to start with."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finportal import keys
from finportal.settings import Misconfigured, Settings, instance_folder, unsafe
from finportal.slip_settings import DEMO, Slip, in_use

LENDER = {
    "name": "Banco Sur",
    "legal_name": "Banco Sur S.A.S.",
    "nit": "800.197.268-4",
    "phone": "601 555 0000",
    "email": "servicio@bancosur.example",
    "privacy_email": "datos@bancosur.example",
    "address": "Calle 1 # 2-3",
}
GOOD: dict[str, Any] = {
    "mode": "production",
    "base_url": "https://portal.bancosur.example",
    "trusted_hosts": ("portal.bancosur.example",),
    "secret_key": "s" * 40,
    "image_key": "i" * 40,
    "mail_key": "m" * 40,
    "pepper": "p" * 40,
    "proxy_hops": 1,
    "mail_server": "smtp.bancosur.example",
    "mail_default_sender": "avisos@bancosur.example",
    "lender": LENDER,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty instance folder and no variables of ours."""
    for name in os.environ:
        if name.startswith(("FINPORTAL_", "FLASK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FINPORTAL_INSTANCE", str(tmp_path))
    return tmp_path


@pytest.fixture
def refusal() -> Callable[..., str]:
    """What production says when it refuses to start with these settings."""

    def load(**changed: object) -> str:
        with pytest.raises(Misconfigured) as refused:
            Settings.load(**GOOD | changed)
        return str(refused.value)

    return load


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def test_production_starts_when_everything_is_said() -> None:
    settings = Settings.load(**GOOD)
    assert (settings.production, settings.demo, settings.secure) == (True, False, True)
    assert settings.hosts == ["portal.bancosur.example"]


def test_production_is_what_a_machine_is_unless_it_says_otherwise() -> None:
    assert Settings().mode == "production"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"base_url": "http://portal.bancosur.example"}, "FINPORTAL_BASE_URL"),
        ({"base_url": "portal.bancosur.example"}, "FINPORTAL_BASE_URL"),
        ({"trusted_hosts": ()}, "FINPORTAL_TRUSTED_HOSTS"),
        ({"proxy_hops": None}, "FINPORTAL_PROXY_HOPS"),
        ({"base_url": "https://"}, "FINPORTAL_BASE_URL"),
        ({"mail_username": "portal"}, "FINPORTAL_MAIL_USERNAME"),
        ({"brand": {"accent": "red"}}, "FINPORTAL_BRAND"),
        ({"brand_dark": {"}x{": "#ffffff"}}, "FINPORTAL_BRAND_DARK"),
        ({"lender": LENDER | {"logo": "logo.svg"}}, "logo.svg"),
        ({"mail_server": ""}, "FINPORTAL_MAIL_SERVER"),
        ({"mail_default_sender": ""}, "FINPORTAL_MAIL_DEFAULT_SENDER"),
        ({"mail_use_tls": True, "mail_use_ssl": True}, "FINPORTAL_MAIL_USE_TLS"),
        ({"secret_key": ""}, "FINPORTAL_SECRET_KEY"),
        ({"secret_key": "s" * 31}, "FINPORTAL_SECRET_KEY"),
        ({"image_key": "i" * 31}, "FINPORTAL_IMAGE_KEY"),
        ({"mail_key": "m" * 31}, "FINPORTAL_MAIL_KEY"),
        ({"pepper": "p" * 31}, "FINPORTAL_PEPPER"),
        ({"pepper": GOOD["secret_key"]}, "PEPPER must differ"),
        ({"mode": "live"}, "FINPORTAL_MODE"),
        ({"mail_port": 0}, "FINPORTAL_MAIL_PORT"),
        ({"proxy_hops": 9}, "FINPORTAL_PROXY_HOPS"),
        ({"password_min_length": 7}, "FINPORTAL_PASSWORD_MIN_LENGTH"),
        ({"no_such_thing": 1}, "FINPORTAL_NO_SUCH_THING"),
    ],
)
def test_production_refuses_half_a_configuration(
    refusal: Callable[..., str], changed: dict[str, Any], named: str
) -> None:
    said = refusal(**changed)
    assert named in said
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("field", LENDER)
def test_production_refuses_the_demo_lenders_data(refusal: Callable[..., str], field: str) -> None:
    own = {name: value for name, value in LENDER.items() if name != field}
    assert f"[lender] {field}" in refusal(lender=own)


@pytest.mark.parametrize("value", ["1", "true", "on", "True"])
def test_production_refuses_the_debugger(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", value)
    assert "FLASK_DEBUG" in refusal()


@pytest.mark.parametrize("name", ["keys.toml", "finportal.toml", "finportal.db"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_production_refuses_files_others_may_read(
    refusal: Callable[..., str], home: Path, name: str, mode: int
) -> None:
    write(home / name, "", mode)
    assert name in refusal()
    (home / name).chmod(0o600)
    Settings.load(**GOOD)


def test_production_refuses_a_readable_database_wherever_it_is(
    refusal: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("data") / "portal.db"
    write(elsewhere, "", 0o644)
    assert "portal.db" in refusal(database_url=f"sqlite:///{elsewhere}")


def test_production_refuses_an_instance_folder_with_the_demo_lender(
    refusal: Callable[..., str], home: Path
) -> None:
    (home / "demo").mkdir()
    assert "demo" in refusal()


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.load()
    said = str(refused.value)
    names = ["SECRET_KEY", "IMAGE_KEY", "MAIL_KEY", "PEPPER", "BASE_URL", "TRUSTED_HOSTS"]
    names += ["MAIL_SERVER", "MAIL_DEFAULT_SENDER", "PROXY_HOPS"]
    for name in (*(f"FINPORTAL_{name}" for name in names), *(f"[lender] {one}" for one in LENDER)):
        assert name in said


@pytest.mark.parametrize("mode", ["demo", "development"])
def test_demo_and_development_need_keys_only(mode: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.load(mode=mode)
    assert len(str(refused.value).splitlines()) == 5
    some = {name: GOOD[name] for name in ("secret_key", "image_key", "mail_key", "pepper")}
    assert unsafe(Settings.load(mode=mode, **some))


def test_a_variable_beats_the_file_and_the_file_beats_the_default(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "finportal.toml", 'mail_server = "file"\nmail_port = 2525\n[lender]\nname = "F"\n')
    monkeypatch.setenv("FINPORTAL_MAIL_SERVER", "variable")
    settings = Settings()
    assert (settings.mail_server, settings.mail_port) == ("variable", 2525)
    assert (settings.mail_timeout, settings.lender.name) == (20, "F")


def test_one_datum_of_the_lender_may_come_from_a_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "finportal.toml", '[lender]\nname = "Archivo"\nphone = "601 555 0000"\n')
    monkeypatch.setenv("FINPORTAL_LENDER__NAME", "Variable")
    assert (Settings().lender.name, Settings().lender.phone) == ("Variable", "601 555 0000")


@pytest.mark.parametrize("value", ["a.example,b.example", " a.example  b.example "])
def test_hosts_may_come_from_a_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FINPORTAL_TRUSTED_HOSTS", value)
    assert Settings().trusted_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('mail_sever = "typo"\n', "MAIL_SEVER"),
        ('[lender]\nnane = "typo"\n', "LENDER__NANE"),
        ('mail_port = "many"\n', "MAIL_PORT"),
        ("mail_port = \n", "line 1"),
        ('mail_sever = "typo"\npasword_min_length = 8\n', "PASWORD_MIN_LENGTH"),
    ],
)
def test_a_mistake_in_the_file_is_named(home: Path, text: str, named: str) -> None:
    write(home / "finportal.toml", text)
    with pytest.raises(Misconfigured, match=named):
        Settings.load(**{name: value for name, value in GOOD.items() if name != "lender"})


def test_keys_are_written_once_for_their_owner_only(home: Path) -> None:
    assert keys.create(home)
    assert (home / "keys.toml").stat().st_mode & 0o777 == 0o600
    first = Settings()
    assert not keys.create(home)
    assert Settings().secret_key == first.secret_key
    own = {name: value for name, value in GOOD.items() if name not in keys.NAMES}
    assert Settings.load(**own)


SECRETS = {
    **{name: f"{name}-{'x' * 40}" for name in keys.NAMES},
    "mail_password": "mail-hunter2",
    "database_url": "postgresql+psycopg://portal:db-hunter2@db/portal",
    "redis_url": "redis://:redis-hunter2@queue/0",
}


@pytest.mark.parametrize("show", [repr, str])
def test_settings_never_show_a_secret(show: Callable[[Settings], str]) -> None:
    shown = show(Settings(**GOOD | SECRETS))
    assert not [word for word in ("xxx", "hunter2") if word in shown]


def test_a_refusal_to_start_never_shows_a_secret(home: Path) -> None:
    write(home / "keys.toml", 'peper = "the-misspelt-hunter2"\nmail_password = 2222\n')
    with pytest.raises(Misconfigured) as refused:
        Settings.load(**GOOD)
    assert "PEPER" in str(refused.value)
    logged = "".join(traceback.format_exception(refused.value))
    assert "hunter2" not in logged
    assert "2222" not in logged


def test_the_database_is_in_the_instance_folder_unless_named(home: Path) -> None:
    assert Settings(instance=home).database == f"sqlite:///{home / 'finportal.db'}"
    assert Settings(database_url="sqlite:///x.db").database == "sqlite:///x.db"


@pytest.mark.parametrize(
    "gln", ["7709998123457", "770999812345", "7709998123458 ", "77099981234580"]
)
def test_a_biller_s_number_needs_its_check_digit(refusal: Callable[..., str], gln: str) -> None:
    assert "FINPORTAL_SLIP__GLN" in refusal(slip={"gln": gln})


def test_the_slip_comes_from_the_file(home: Path) -> None:
    write(
        home / "finportal.toml",
        '[slip]\ngln = "7709998123458"\n[[slip.places]]\nname = "Banco"\nagreement = "12345"\n',
    )
    slip = Settings().slip
    assert (slip.gln, slip.places[0].agreement) == ("7709998123458", "12345")
    assert in_use(slip, production=False) is slip


def test_without_a_biller_only_the_demo_has_a_barcode() -> None:
    assert in_use(Slip(), production=False) == DEMO
    assert in_use(Slip(), production=True).gln == ""


def test_the_instance_folder_is_the_same_for_a_process_that_works_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINPORTAL_INSTANCE", "instance")
    assert instance_folder() == tmp_path / "instance"
