"""Settings of the sender of texts: half a sender is refused, and its secret is told to nobody."""

from typing import Any

import pytest

from finportal.settings import Misconfigured, Settings
from tests.test_settings import GOOD
from tests.texting import ACCOUNT, KEY, SECRET, SENDER, SERVICE

WHOLE = {"sms_account": ACCOUNT, "sms_key": KEY, "sms_secret": SECRET, "sms_from": SENDER}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"sms_from": "", "sms_service": SERVICE},
        {"sms_from": "890123"},
        {"sms_key": ""},
    ],
)
def test_a_whole_sender_sends(changed: dict[str, Any]) -> None:
    settings = Settings.load(**GOOD | WHOLE | changed)
    assert settings.texts
    assert SECRET not in repr(settings)


def test_without_a_sender_production_sends_none_and_the_demo_shows_them() -> None:
    assert not Settings.load(**GOOD).texts
    assert Settings.load(**GOOD | {"mode": "demo"}).texts


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"sms_account": ""}, "SMS_ACCOUNT"),
        ({"sms_account": "AC1"}, "SMS_ACCOUNT"),
        ({"sms_key": "AC" + "1" * 32}, "SMS_KEY"),
        ({"sms_secret": ""}, "SMS_SECRET"),
        ({"sms_from": ""}, "SMS_SERVICE"),
        ({"sms_service": SERVICE}, "SMS_SERVICE"),
        ({"sms_from": "3201112233"}, "SMS_FROM"),
        ({"sms_service": "MG2", "sms_from": ""}, "SMS_SERVICE"),
        ({"sms_api": "http://127.0.0.1:9"}, "SMS_API must be https"),
        ({"sms_timeout": 0}, "SMS_TIMEOUT"),
    ],
)
def test_half_a_sender_is_refused(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.load(**GOOD | WHOLE | changed)
    assert named in str(refused.value)
    assert SECRET not in str(refused.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.load(**GOOD | {"sms_key": KEY, "mode": "demo"})
    for name in ("SMS_ACCOUNT", "SMS_SECRET", "SMS_FROM"):
        assert f"FINPORTAL_{name}" in str(refused.value)
