"""What proves to Placetopay who we are, and to us who Placetopay is.

Source: Placetopay WebCheckout documentation, authentication and notification; the test vectors are
those of the public `dnetix/redirection` client.
"""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime

PREFIX = "sha256:"


def auth_block(
    login: str, secret: str, raw_nonce: bytes, now: datetime, algorithm: str = "sha256"
) -> dict[str, str]:
    """The `auth` object of a request: `now` needs its offset, `raw_nonce` is new every time.

    `algorithm` is "sha256", or "sha1" for sites that were not switched.
    """
    seed = now.isoformat(timespec="seconds")
    return {
        "login": login,
        "nonce": b64encode(raw_nonce).decode(),
        "seed": seed,
        "tranKey": tran_key(raw_nonce, seed, secret, algorithm),
    }


def tran_key(raw_nonce: bytes, seed: str, secret: str, algorithm: str = "sha256") -> str:
    """base64(H(raw nonce + seed + secret key)), of raw bytes."""
    digest = hashlib.new(algorithm, raw_nonce + seed.encode() + secret.encode()).digest()
    return b64encode(digest).decode()


def notification_signature(
    request_id: str, status: str, date: str, secret: str, algorithm: str = "sha256"
) -> str:
    """hex(H(requestId + status + date + secret key)), with "sha256:" before a SHA-256.

    `date` is the text as it was received.
    """
    signed = f"{request_id}{status}{date}{secret}".encode()
    digest = hashlib.new(algorithm, signed).hexdigest()
    return f"{PREFIX}{digest}" if algorithm == "sha256" else digest


def signature_matches(
    signature: str, request_id: str, status: str, date: str, secret: str, *, sha1: bool
) -> bool:
    """Whether a notification was signed with our secret key, in constant time.

    A SHA-1 (40 hex digits without prefix) counts only where `sha1` allows it; any other prefix
    never does.
    """
    algorithm = "sha256" if signature.startswith(PREFIX) else "sha1"
    if algorithm == "sha1" and not sha1:
        return False
    expected = notification_signature(request_id, status, date, secret, algorithm)
    return hmac.compare_digest(signature.encode(), expected.encode())
