"""`keys create` and the line of `check`: made once, for its owner only, and refused when real."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask

from finportal.adapters import demo_key
from finportal.adapters.key_files import opened
from finportal.adapters.signing import sign
from finportal.adapters.signing_key import SigningKey
from finportal.commands.check import check as check_command
from finportal.commands.keys import keys
from finportal.settings import Misconfigured, Settings, private_files
from tests.doubles import Clock
from tests.signing import NOW, PASSPHRASE, installation, issue, paper

MADE = ("signing.crt.pem", "signing.key.pem")


@pytest.fixture
def create(app: Flask) -> Callable[..., Result]:
    """Give `keys create` some words."""
    return lambda *words: app.test_cli_runner().invoke(keys, ["create", *words])


@pytest.fixture
def line(make_app: Callable[[Settings], Flask]) -> Callable[[Settings], str]:
    """What `check` says of the signature with these settings."""

    def say(settings: Settings) -> str:
        output = make_app(settings).test_cli_runner().invoke(check_command).output
        return next(one for one in output.splitlines() if one.startswith("signature"))

    return say


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def changed(settings: Settings, **given: Any) -> Settings:
    return settings.model_copy(update=given)


def test_a_key_is_made_once_for_its_owner_only(
    create: Callable[..., Result], settings: Settings, tmp_path: Path
) -> None:
    first = create()
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == f"signing: written to {tmp_path / MADE[1]}, until 2028-11-22\n"
    assert [oct((tmp_path / name).stat().st_mode & 0o777) for name in MADE] == ["0o600"] * 2
    before = contents(tmp_path)
    again = create("--days", "30")
    assert again.stdout == f"signing: kept in {tmp_path / MADE[1]}, until 2028-11-22\n"
    assert contents(tmp_path) == before
    assert {path.name for path in tmp_path.glob("signing*")} == set(MADE)
    key = SigningKey.of(settings)
    assert sign(paper(), key, reason="Prueba", at=NOW).startswith(paper())


def test_the_certificate_holds_as_long_as_asked(create: Callable[..., Result]) -> None:
    assert create("--days", "30").stdout.endswith("until 2026-12-23\n")


@pytest.mark.parametrize("days", ["0", "-1", "4000", "many"])
def test_other_times_are_refused(create: Callable[..., Result], tmp_path: Path, days: str) -> None:
    assert create("--days", days).exit_code == 2
    assert not list(tmp_path.glob("signing*"))


def test_the_key_does_not_lie_in_clear(create: Callable[..., Result], tmp_path: Path) -> None:
    create()
    text = (tmp_path / MADE[1]).read_bytes()
    assert text.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    for guess in (b"p" * 40, b"s" * 40, b""):
        with pytest.raises((ValueError, TypeError)):
            load_pem_private_key(text, guess)


def test_a_stated_passphrase_locks_the_key(tmp_path: Path) -> None:
    settings = installation(tmp_path, signing_passphrase=PASSPHRASE)
    demo_key.create(SigningKey.of(settings), settings.lender, now=NOW, days=1)
    load_pem_private_key((tmp_path / MADE[1]).read_bytes(), PASSPHRASE.encode())


def test_a_run_that_was_killed_is_completed(
    create: Callable[..., Result], settings: Settings, tmp_path: Path
) -> None:
    create()
    before = contents(tmp_path)
    (tmp_path / MADE[0]).unlink()
    assert "written to" in create().stdout
    assert contents(tmp_path)[MADE[1]] == before[MADE[1]]
    assert contents(tmp_path)[MADE[0]] != before[MADE[0]]
    assert opened(SigningKey.of(settings)).demo


def test_a_certificate_without_its_key_is_left_alone(
    create: Callable[..., Result], tmp_path: Path
) -> None:
    create()
    (tmp_path / MADE[1]).unlink()
    refused = create()
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: signing.crt.pem is there without its key\n",
    )
    assert not (tmp_path / MADE[1]).exists()


def test_a_real_key_is_kept(
    make_app: Callable[[Settings], Flask], settings: Settings, tmp_path: Path
) -> None:
    real = installation(tmp_path, signing_key="real.p12", signing_passphrase=PASSPHRASE)
    issue("Banco Sur").put(real)
    own = {name: getattr(real, name) for name in ("signing_key", "signing_passphrase")}
    said = make_app(changed(settings, **own)).test_cli_runner().invoke(keys, ["create"])
    assert said.stdout == f"signing: kept in {tmp_path / 'real.p12'}, until 2027-11-22\n"
    (tmp_path / "real.p12").unlink()
    said = make_app(changed(settings, **own)).test_cli_runner().invoke(keys, ["create"])
    assert said.stderr == "Error: there is no real.p12: a container is not made here\n"


def test_production_makes_none(
    make_app: Callable[[Settings], Flask], settings: Settings, tmp_path: Path
) -> None:
    real = make_app(changed(settings, mode="production", base_url="https://portal.example"))
    refused = real.test_cli_runner().invoke(keys, ["create"])
    assert refused.exit_code == 1
    assert "production signs with the lender's own certificate" in refused.stderr
    assert not list(tmp_path.glob("signing*"))


def test_production_refuses_a_key_that_others_may_read(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    assert tmp_path / MADE[1] in private_files(settings)
    (tmp_path / MADE[1]).touch(0o644)
    with pytest.raises(Misconfigured, match=r"signing\.key\.pem must not be readable by others"):
        Settings.load(mode="production")


def test_check_says_how_long_the_certificate_holds(
    line: Callable[[Settings], str],
    create: Callable[..., Result],
    settings: Settings,
    clock: Clock,
    tmp_path: Path,
) -> None:
    missing = (
        "signature FAIL  there is no signing.crt.pem in the instance folder: docs/operating.md"
    )
    assert line(settings).startswith(missing)
    create("--days", "40")
    assert line(settings) == "signature ok    demo certificate until 2027-01-02"
    clock.forward(days=10)
    assert line(settings) == "signature FAIL  the certificate ends on 2027-01-02: renew it"
    clock.forward(days=31)
    ended = "signature FAIL  the certificate holds from 2026-11-23 to 2027-01-02"
    assert line(settings) == ended
    (tmp_path / MADE[1]).write_bytes(b"no key")
    assert line(settings) == "signature FAIL  the passphrase does not open signing.key.pem"


def test_check_refuses_a_demo_certificate_in_production_and_takes_a_real_one(
    line: Callable[[Settings], str], create: Callable[..., Result], settings: Settings
) -> None:
    create()
    real = changed(settings, mode="production", base_url="https://portal.example")
    assert line(real).startswith("signature FAIL  the certificate was made for a demo")
    own = installation(settings.instance, signing_passphrase=PASSPHRASE)
    issue("Banco Sur", by=issue("Entidad")).put(own)
    real = changed(real, signing_passphrase=own.signing_passphrase)
    assert line(real) == "signature ok    certificate until 2027-11-22"
    SigningKey.of(own).certificate_file.write_bytes(issue("Banco Sur").pem)
    mismatch = "signature FAIL  signing.key.pem is not the key of signing.crt.pem"
    assert line(real) == mismatch
