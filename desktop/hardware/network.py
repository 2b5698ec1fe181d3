"""This machine's addresses."""

import ipaddress
import socket
from collections.abc import Iterator

import psutil


def own_addresses() -> set[str]:
    """Every address of every network interface, as text."""
    return {item.address for items in psutil.net_if_addrs().values() for item in items}


def own_networks() -> Iterator[ipaddress.IPv6Network]:
    """The IPv6 networks that this machine is in, but for those of a single address."""
    for items in psutil.net_if_addrs().values():
        for item in items:
            if item.family == socket.AF_INET6 and item.netmask:
                address = item.address.partition("%")[0]
                bits = int(ipaddress.IPv6Address(item.netmask)).bit_count()
                if bits < 128:
                    yield ipaddress.IPv6Network((address, bits), strict=False)
