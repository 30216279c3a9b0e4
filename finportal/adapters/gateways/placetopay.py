"""Placetopay WebCheckout (Evertec): a hosted page for PSE, cards and cash.

Source: Placetopay WebCheckout documentation and OpenAPI. Placetopay notifies once and never again,
and the amount is not signed, so every figure comes from the session query.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from finportal.adapters.gateways import (
    Answer,
    Asked,
    Method,
    Notification,
    Order,
    Payment,
    Reversal,
    Started,
    Status,
)
from finportal.adapters.gateways.client import Http, Reply
from finportal.adapters.gateways.errors import (
    AnswerUnreadable,
    BadSignature,
    CredentialsRefused,
    GatewayRefused,
    NotOffered,
    OrderUnfit,
    Unreadable,
    printable,
)
from finportal.adapters.gateways.leading import checked
from finportal.adapters.gateways.placetopay_answer import PAYMENT_STATUS, read_session
from finportal.adapters.gateways.placetopay_order import session_request
from finportal.adapters.gateways.placetopay_signing import auth_block, signature_matches
from finportal.adapters.gateways.reading import NotJson, needed_at, read_json, text_at
from finportal.gateway_settings import PlacetopayAccount

SHORTEST_LIFE = timedelta(minutes=5)
LONGEST_NOTIFICATION = 64 * 1024
UNAUTHORISED = 401
REVERSIBLE = {Method.CARD}
"""PSE and cash are given back outside the gateway."""


class Placetopay:
    """A site at Placetopay, as a Gateway."""

    name = "placetopay"

    def __init__(
        self,
        account: PlacetopayAccount,
        http: Http,
        clock: Callable[[], datetime],
        nonce: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._nonce = nonce

    def start(self, order: Order) -> Started:
        """Open a session; it must live for five minutes at least.

        Its page must be the gateway's own: an answer sends no customer anywhere else.
        """
        if order.expires_at < self._clock() + SHORTEST_LIFE:
            raise OrderUnfit("the end of the order: five minutes ahead at least")
        found = self._ask("/api/session", session_request(order)).json()
        request_id = needed_at(found, "requestId")
        if not (request_id.isascii() and request_id.isalnum()):
            raise AnswerUnreadable("a requestId with other signs than letters and digits")
        return Started(
            reference=order.reference,
            external_id=request_id,
            go_to=checked(needed_at(found, "processUrl"), self._account.host),
            expires_at=order.expires_at,
        )

    def ask(self, asked: Asked) -> Answer:
        """Query a session by its requestId; Placetopay cannot find one by reference."""
        return self._session(asked, "")

    def cancel(self, asked: Asked) -> Answer:
        """Cancel a session without an approved payment or one under way, then query it."""
        self._session_call(asked, "/cancel")
        return self.ask(asked)

    def reverse(self, payment: Payment) -> Reversal:
        """Reverse a card payment whole; the answer is a new transaction."""
        if payment.method not in REVERSIBLE:
            raise NotOffered(f"Placetopay gives back no {payment.method} payment")
        own = payment.id
        body = {"internalReference": int(own) if own.isdecimal() else own, "action": "reverse"}
        reply = self._ask("/api/transaction", body)
        found = reply.json()
        done = PAYMENT_STATUS.get(needed_at(found, "status.status"), Status.UNKNOWN)
        return Reversal(
            status=Status.REVERSED if done is Status.APPROVED else done,
            external_id=text_at(found, "payment.internalReference") or None,
            reason=printable(text_at(found, "status.reason"), 40),
            digest=reply.digest,
        )

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:  # noqa: ARG002
        """Check signature and form. Recurring charges, which the portal has not, are Unreadable."""
        found = _notified(body)
        names = ("requestId", "status.status", "status.date", "signature")
        request_id, status, date, signature = (text_at(found, name) for name in names)
        if not (request_id and status and date):
            raise Unreadable("a notification without requestId, status or date")
        sha1, secret = self._account.sha1_notifications, self._account.secret.get_secret_value()
        if not signature_matches(signature, request_id, status, date, secret, sha1=sha1):
            raise BadSignature("a notification not signed with the site's secret key")
        return Notification("payment", request_id, text_at(found, "reference"), printable(status))

    def _session(self, asked: Asked, path: str) -> Answer:
        reply = self._session_call(asked, path)
        return read_session(reply.json(), reply.digest)

    def _session_call(self, asked: Asked, path: str) -> Reply:
        if not (asked.external_id or "").isalnum():
            raise NotOffered("Placetopay finds a session by its requestId only")
        return self._ask(f"/api/session/{asked.external_id}{path}", {})

    def _ask(self, path: str, body: dict[str, Any]) -> Reply:
        """Send one signed request. Raises GatewayRefused also for a 200 that says FAILED."""
        auth = auth_block(
            self._account.login,
            self._account.secret.get_secret_value(),
            self._nonce(16),
            self._clock(),
            "sha1" if self._account.sha1_login else "sha256",
        )
        address = self._account.host.rstrip("/") + path
        reply = self._http.send("POST", address, json={"auth": auth, **body})
        found = reply.json()
        if reply.ok and text_at(found, "status.status") != "FAILED":
            return reply
        reason, message = text_at(found, "status.reason"), text_at(found, "status.message")
        kind = CredentialsRefused if UNAUTHORISED in {reply.status, _number(reason)} else None
        raise (kind or GatewayRefused)(reason or str(reply.status), message)


def _notified(body: bytes) -> Any:
    if len(body) > LONGEST_NOTIFICATION:
        raise Unreadable("a notification that is too long")
    try:
        return read_json(body)
    except NotJson as error:
        raise Unreadable("a notification that is no JSON") from error


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004
