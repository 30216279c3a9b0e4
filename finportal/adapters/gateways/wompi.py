"""Wompi Web Checkout (Bancolombia): a signed address leads to a hosted page, an event comes back.

Source: Wompi documentation, "Widget & Checkout Web", "Eventos", "Transacciones". A decline does not
close a reference: the page lets the customer try again under it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from finportal.adapters.gateways import (
    CURRENCY,
    Answer,
    Asked,
    Method,
    Notification,
    Order,
    Payer,
    Payment,
    Reversal,
    Started,
    Status,
)
from finportal.adapters.gateways.client import Http, Reply
from finportal.adapters.gateways.errors import (
    AnswerUnreadable,
    CredentialsRefused,
    GatewayRefused,
    NotOffered,
    OtherEnvironment,
    Unreadable,
    printable,
)
from finportal.adapters.gateways.reading import NotJson, at, read_json, text_at
from finportal.adapters.gateways.wompi_answer import PAYMENT_STATUS, read_transactions
from finportal.adapters.gateways.wompi_signing import check_event, integrity
from finportal.gateway_settings import WompiAccount

LONGEST_NOTIFICATION = 64 * 1024
MOST_TRIES = 200
UNAUTHORISED = {401, 403}
DOCUMENTS = {"CC": "CC", "CE": "CE", "NIT": "NIT", "TI": "TI", "PAS": "PP"}


class Wompi:
    """A merchant at Wompi, as a Gateway."""

    name = "wompi"

    def __init__(self, account: WompiAccount, http: Http, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._http = http
        self._clock = clock

    def start(self, order: Order) -> Started:
        """The signed address of the page. Nobody is asked: Wompi names nothing before a try."""
        expires = order.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        secret = self._account.integrity_secret.get_secret_value()
        values = {
            "public-key": self._account.public_key,
            "currency": CURRENCY,
            "amount-in-cents": str(order.amount),
            "reference": order.reference,
            "signature:integrity": integrity(
                order.reference, order.amount, CURRENCY, secret, expires
            ),
            "redirect-url": order.return_url,
            "expiration-time": expires,
            **_payer(order.payer),
            "payment-method:reference-one": order.ip,
            "payment-method:reference-two": _opened(order),
            "payment-method:reference-three": order.beneficiary,
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return Started(order.reference, None, f"{self._account.checkout}?{query}", order.expires_at)

    def ask(self, asked: Asked) -> Answer:
        """All tries under the reference, and the one of `external_id` if it is not among them."""
        query = urlencode({"reference": asked.reference, "page_size": MOST_TRIES})
        reply = self._get(f"/transactions?{query}", self._account.private_key)
        found = at(reply.json(), "data")
        if not isinstance(found, list):
            raise AnswerUnreadable("transactions that are no list")
        if asked.external_id and asked.external_id not in {text_at(each, "id") for each in found}:
            found = [*found, *self._one(asked.external_id)]
        return read_transactions(asked, found, self._clock(), reply.digest)

    def cancel(self, asked: Asked) -> Answer:
        """Raises NotOffered: an order at Wompi ends by itself at its expiration."""
        raise NotOffered(f"Wompi cancels no order; {asked.reference} ends by itself")

    def reverse(self, payment: Payment) -> Reversal:
        """Void a card payment on its day. The answer may be empty; then the state is pending."""
        if payment.method is not Method.CARD:
            raise NotOffered(f"Wompi gives back no {payment.method} payment")
        path = f"/transactions/{quote(payment.id, safe='')}/void"
        reply = self._send("POST", path, self._account.private_key)
        found = reply.json() if reply.body.strip() else {}
        said = text_at(found, "data.transaction.status") or text_at(found, "data.status")
        return Reversal(
            status=PAYMENT_STATUS.get(said, Status.UNKNOWN) if said else Status.PENDING,
            external_id=None,
            reason=printable(text_at(found, "data.status_message")),
            digest=reply.digest,
        )

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Check checksum, environment and form; an event of another kind comes without an id."""
        if len(body) > LONGEST_NOTIFICATION:
            raise Unreadable("an event that is too long")
        try:
            found = read_json(body)
        except NotJson as error:
            raise Unreadable("an event that is no JSON") from error
        named = {name.lower(): value for name, value in headers.items()}
        secret = self._account.events_secret.get_secret_value()
        check_event(found, named.get("x-event-checksum", ""), secret)
        if text_at(found, "environment") != self._account.environment:
            raise OtherEnvironment("an event of the other environment")
        event = text_at(found, "event")
        if event != "transaction.updated":
            return Notification(printable(event, 60) or "other", "", "", "")
        transaction = at(found, "data.transaction")
        own_id, reference = text_at(transaction, "id"), text_at(transaction, "reference")
        if not (own_id and reference):
            raise Unreadable("an event without a transaction")
        claims = printable(text_at(transaction, "status"), 40)
        return Notification("payment", own_id, reference, claims)

    def _one(self, own_id: str) -> list[Any]:
        """The transaction of an id that may be anybody's word: a refusal hides no good list."""
        try:
            reply = self._get(
                f"/transactions/{quote(own_id, safe='')}", SecretStr(self._account.public_key)
            )
        except GatewayRefused as error:
            if isinstance(error, CredentialsRefused):
                raise
            return []
        return [at(reply.json(), "data")]

    def _get(self, path: str, key: SecretStr) -> Reply:
        return self._send("GET", path, key)

    def _send(self, method: str, path: str, key: SecretStr) -> Reply:
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"}
        reply = self._http.send(method, self._account.address.rstrip("/") + path, headers=headers)
        if reply.ok:
            return reply
        found = reply.json()
        kind = CredentialsRefused if reply.status in UNAUTHORISED else GatewayRefused
        message = text_at(found, "error.reason") or text_at(found, "error.type")
        raise kind(str(reply.status), message)


def _opened(order: Order) -> str:
    """The credit's first day; the address shows it to the payer, so never to one nobody knows."""
    return f"{order.opened_on:%Y%m%d}" if order.opened_on and order.payer != Payer() else ""


def _payer(payer: Payer) -> dict[str, str]:
    """The payer's data as the form takes them; what Wompi does not know is left out."""
    kind = DOCUMENTS.get(payer.document_type, "")
    return {
        "customer-data:email": payer.email,
        "customer-data:full-name": payer.name,
        "customer-data:phone-number": payer.mobile,
        "customer-data:phone-number-prefix": "+57" if payer.mobile else "",
        "customer-data:legal-id": payer.document if kind else "",
        "customer-data:legal-id-type": kind if payer.document else "",
    }
