"""Where a gateway's answer may send a customer: only on, and only to the gateway."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from finportal.adapters.gateways.errors import AnswerUnreadable

LONGEST = 2048
SECOND_LEVEL = {"com", "co", "net", "org", "gov", "edu"}
"""Names below a country's own that are not one company's: placetopay.com.co."""


def checked(address: str, account: str) -> str:
    """An address of an answer, if it is one of the gateway whose API is at `account`.

    The scheme is https, or the account's own for the demo's gateway on this machine; the host is
    the account's or lies under its registrable domain, for a page may have a name of its own.
    Raises AnswerUnreadable.
    """
    try:
        there, own = urlsplit(address), urlsplit(account)
        host, ours = there.hostname or "", own.hostname or ""
        same = (there.scheme, host, there.port) == (own.scheme, ours, own.port)
    except ValueError as error:
        raise AnswerUnreadable("an address that is none") from error
    plain = len(address) <= LONGEST and address.isascii() and address.isprintable()
    secure = there.scheme == "https" and there.port in {None, 443} and _under(host, ours)
    odd = {" ", "\\"} & set(address) or "@" in there.netloc
    if not plain or odd or not (same or secure):
        raise AnswerUnreadable("an address that leads elsewhere")
    return address


def _under(host: str, ours: str) -> bool:
    domain = _registrable(ours)
    return host == ours or (bool(domain) and (host == domain or host.endswith(f".{domain}")))


def _registrable(host: str) -> str:
    """What a company registers of a host's name; "" for an address in numbers or a bare name."""
    try:
        ip_address(host)
    except ValueError:
        names = host.split(".")
    else:
        return ""
    size = 3 if len(names) > 2 and names[-2] in SECOND_LEVEL else 2  # noqa: PLR2004
    return ".".join(names[-size:]) if len(names) >= size else ""
