"""What is counted instead of an address, and which addresses tell people apart."""

import pytest

from chalicelib.domain.networks import network, tells_apart


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:1::1", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:0DB8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
        ("", ""),
        ("no address", "no address"),
        ("203.0.113.007", "203.0.113.007"),
    ],
)
def test_of_ipv6_a_household_has_one(address: str, counted: str) -> None:
    assert network(address) == network(counted) == counted
    assert tells_apart(address) == tells_apart(counted)


@pytest.mark.parametrize(
    ("address", "apart"),
    [
        ("203.0.113.7", True),
        ("2001:db8::1", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.31.0.1", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_an_address_of_an_inner_network_tells_nobody_apart(address: str, apart: bool) -> None:
    assert tells_apart(address) is apart
