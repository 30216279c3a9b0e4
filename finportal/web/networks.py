"""Which network an address belongs to."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

NETWORK_BITS = {4: 24, 6: 56}


@lru_cache(maxsize=1_000)
def network_of(address: str | None) -> str:
    """The /24 (IPv4) or /56 (IPv6) an address belongs to: enough for limits, not for following."""
    try:
        host = ip_address(address or "")
    except ValueError:
        return "unknown"
    host = getattr(host, "ipv4_mapped", None) or host
    return str(ip_network((host, NETWORK_BITS[host.version]), strict=False))
