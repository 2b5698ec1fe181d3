"""This machine's addresses."""

import psutil


def own_addresses() -> set[str]:
    """Every address of every network interface, as text."""
    return {item.address for items in psutil.net_if_addrs().values() for item in items}
