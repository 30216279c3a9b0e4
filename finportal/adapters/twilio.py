"""Text messages through Twilio's Messages API, or through whoever speaks it.

Source: Twilio documentation, "Messages resource" (create a message) and "Twilio API responses".
"""

from base64 import b64encode
from dataclasses import dataclass

from finportal.adapters.gateways.client import Http, Reply
from finportal.adapters.gateways.errors import GatewayDown
from finportal.adapters.gateways.reading import NotJson, read_json, text_at
from finportal.adapters.letter import MailRefused, MailServerDown
from finportal.settings import Settings

OURS_TO_MEND = {401, 403, 404}
"""The account, its key or its rights: the message itself may still be taken."""


@dataclass(frozen=True, slots=True)
class Twilio:
    """An account that sends."""

    settings: Settings
    http: Http

    @classmethod
    def of(cls, settings: Settings) -> "Twilio":
        """The account of the settings, within their limit of time."""
        limit = settings.sms_timeout
        return cls(settings, Http(connect=min(5, limit), read=limit, total=limit))

    def send(self, to: str, body: str) -> str:
        """Hand over one message; `to` in E.164. Returns Twilio's name for it (SM…), if it says one.

        Raises MailRefused for a message that will never be taken, and MailServerDown for no answer,
        a 5xx, "too many" (429) or an account that is not let in. Neither holds number or text. An
        answer that was lost may mean a second message: the API has no key against that.
        """
        sender = self.settings
        origin = (
            {"MessagingServiceSid": sender.sms_service}
            if sender.sms_service
            else {"From": sender.sms_from}
        )
        path = f"/2010-04-01/Accounts/{sender.sms_account}/Messages.json"
        try:
            reply = self.http.send(
                "POST",
                sender.sms_api.rstrip("/") + path,
                headers={"Authorization": self._basic()},
                form={"To": to, **origin, "Body": body},
            )
            return _taken(reply)
        except GatewayDown as error:
            raise MailServerDown(str(error)) from error

    def _basic(self) -> str:
        """HTTP Basic (RFC 7617) with the API key, or with the account itself."""
        user = self.settings.sms_key or self.settings.sms_account
        pair = f"{user}:{self.settings.sms_secret.get_secret_value()}"
        return f"Basic {b64encode(pair.encode()).decode()}"


def _taken(reply: Reply) -> str:
    """The message's name or "". Twilio asks that nothing rest on its codes: the status decides.

    What was taken is not sent again because its answer cannot be read: each message is paid for.
    """
    if reply.ok:
        return _said(reply, "sid")
    if reply.status in OURS_TO_MEND:
        raise MailServerDown(f"{reply.status}: the account is not let in")
    raise MailRefused(f"{reply.status} {_said(reply, 'code')[:8]}".rstrip())


def _said(reply: Reply, name: str) -> str:
    try:
        return text_at(read_json(reply.body), name)
    except NotJson:
        return ""
