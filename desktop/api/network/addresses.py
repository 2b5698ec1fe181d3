"""Where a caller is: on this machine, near, or out in the internet."""

import ipaddress
from functools import lru_cache
from typing import TypeAlias

from desktop.hardware.network import own_networks

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_CARRIER = ipaddress.ip_network("100.64.0.0/10")  # of providers and private overlays, not public


def parse_address(text: str) -> Address | None:
    """None if it is not an IP address. IPv4 in IPv6's clothes is IPv4.

    >>> parse_address("::ffff:127.0.0.1"), parse_address("fe80::1%eth0"), parse_address("host")
    (IPv4Address('127.0.0.1'), IPv6Address('fe80::1'), None)
    """
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def is_loopback(text: str) -> bool:
    """Whether the address is this machine's own and nobody else's.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("::")
    (True, True, True, False)
    """
    found = parse_address(text)
    return found.is_loopback if found else text.lower() == "localhost"


def is_near(text: str) -> bool:
    """Whether the address is this machine's, or one of a private network.

    In IPv6, neighbours have public addresses: whoever shares our network is near.

    >>> is_near("192.168.1.7"), is_near("fe80::1%eth0"), is_near("8.8.8.8"), is_near("me")
    (True, True, False, False)
    """
    found = parse_address(text)
    if found is None:
        return False
    if found.is_loopback or found.is_private or found.is_link_local:
        return True
    if isinstance(found, ipaddress.IPv4Address):
        return found in _CARRIER
    return any(found in network for network in own_networks())


def neighbourhood(text: str) -> str:
    """What counts as one caller: an address, or the network of an IPv6 address, of which each
    machine has as many as it likes.

    >>> neighbourhood("10.0.0.1"), neighbourhood("fe80::1:2"), neighbourhood("?")
    ('10.0.0.1', 'fe80::/64', '?')
    """
    found = parse_address(text)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or text)


@lru_cache(maxsize=4)
def networks_of(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """As the settings have them, where they have been checked."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)
