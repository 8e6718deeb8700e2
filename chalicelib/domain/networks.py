"""Network addresses: what one person has of them, and which tell people apart."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_INSIDE = tuple(
    ip_network(block)
    for block in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "::/64",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Of this machine, of its own network or its operator's (RFC 1918, 3927, 4193, 4291, 6598)."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator (RFC 6052)."""
_SITE = 64
"""Bits of an IPv6 address that a household or a phone is given; the rest it makes up by itself
(RFC 6177, 4941)."""


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv4Address):
        return parsed
    if parsed in _TRANSLATED:
        return IPv4Address(parsed.packed[-4:])
    return parsed.ipv4_mapped or parsed.sixtofour or parsed


@lru_cache(1024)
def network(address: str) -> str:
    """What to count instead of an address: of IPv6 the first of its /64, else the address itself.

    Of its own result it is the same; what is no address stays as it is.
    """
    parsed = _read(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _SITE), strict=False).network_address)
    return address if parsed is None else str(parsed)


@lru_cache(1024)
def tells_apart(address: str) -> bool:
    """Whether people elsewhere come from other addresses.

    Not so of this machine and its own network: who calls from there is a test, the person at the
    keyboard, or all buyers at once behind a proxy that does not say for whom it asks.
    """
    parsed = _read(address)
    return parsed is not None and not any(parsed in block for block in _INSIDE)
