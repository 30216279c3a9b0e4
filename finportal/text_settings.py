"""The settings of the sender of text messages: an account at Twilio, or at who speaks its API."""

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr

TWILIO = "https://api.twilio.com"
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_FORMS = {
    "sms_key": (re.compile(r"SK[0-9a-fA-F]{32}"), "an API key (SK and 32 digits)"),
    "sms_service": (re.compile(r"MG[0-9a-fA-F]{32}"), "a messaging service (MG and 32 digits)"),
    "sms_from": (re.compile(r"\+[1-9]\d{4,14}|\d{5,6}"), "a number (+57…) or a short code"),
}


class TextSettings(BaseModel):
    """Who sends text messages; without an account nobody does.

    `sms_secret` is the secret of `sms_key`, or the account's token where there is no key. Messages
    come from a number (`sms_from`) or from whatever a messaging service chooses (`sms_service`).
    """

    sms_account: str = ""
    sms_key: str = ""
    sms_secret: SecretStr = SecretStr("")
    sms_from: str = ""
    sms_service: str = ""
    sms_api: str = TWILIO
    sms_timeout: float = Field(default=10, gt=0, le=60)

    def text_gaps(self) -> list[str]:
        """A sentence for each thing that a half configured sender lacks or has wrong."""
        given = {name: getattr(self, name) for name in _FORMS}
        if not (self.sms_account or any(given.values()) or self.sms_secret.get_secret_value()):
            return []
        gaps = [
            f"FINPORTAL_{name.upper()} must be {words}"
            for name, (form, words) in _FORMS.items()
            if given[name] and not form.fullmatch(given[name])
        ]
        if not _ACCOUNT.fullmatch(self.sms_account):
            gaps.append("FINPORTAL_SMS_ACCOUNT must be the account (AC and 32 digits)")
        if not self.sms_secret.get_secret_value():
            gaps.append("FINPORTAL_SMS_SECRET must be set: the key's secret or the account's token")
        if bool(self.sms_from) == bool(self.sms_service):
            gaps.append("one of FINPORTAL_SMS_FROM and FINPORTAL_SMS_SERVICE must be set")
        return gaps

    def text_dangers(self) -> list[str]:
        """A sentence for what production refuses to hand codes and numbers to."""
        safe = urlsplit(self.sms_api).scheme == "https"
        return [] if safe else ["FINPORTAL_SMS_API must be https"]
