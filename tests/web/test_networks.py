"""Networks: what is kept of where a request comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.web.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:0DB8:0001:0200::", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("", "unknown"),
        (None, "unknown"),
        ("203.0.113.9:80", "unknown"),
        ("203.0.113.999", "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_a_network_is_kept_instead_of_an_address(address: str | None, network: str) -> None:
    assert network_of(address) == network


@given(st.one_of(st.text(max_size=40), st.ip_addresses().map(str)))
def test_no_address_breaks_the_portal_or_is_kept_whole(address: str) -> None:
    network = network_of(address)
    assert network == "unknown" or network.endswith(("/24", "/56"))
