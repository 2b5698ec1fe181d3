"""Addresses by which other machines of a private network reach this one."""

import ipaddress

from PySide6.QtNetwork import QAbstractSocket, QNetworkInterface

_REAL = (QNetworkInterface.InterfaceType.Ethernet, QNetworkInterface.InterfaceType.Wifi)
_MADE_UP = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vEthernet")


def private_addresses() -> list[str]:
    """IPv4, cards of this machine first, networks of its virtual machines last."""
    found: list[tuple[int, str]] = []
    for card in QNetworkInterface.allInterfaces():
        flags = card.flags()
        if not flags & QNetworkInterface.InterfaceFlag.IsRunning:
            continue
        for entry in card.addressEntries():
            address = entry.ip()
            if address.protocol() != QAbstractSocket.NetworkLayerProtocol.IPv4Protocol:
                continue
            if is_private(address.toString()):
                found.append((_rank(card), address.toString()))
    return [address for _rank_, address in sorted(found, key=lambda each: each[0])]


def is_private(address: str) -> bool:
    """Whether it belongs to a network at home or at work.

    >>> [is_private(each) for each in ("192.168.1.7", "127.0.0.1", "169.254.3.3", "9.9.9.9")]
    [True, False, False, False]
    """
    parsed = ipaddress.ip_address(address)
    return parsed.is_private and not parsed.is_loopback and not parsed.is_link_local


def _rank(card: QNetworkInterface) -> int:
    if card.name().startswith(_MADE_UP):
        return 2
    return 0 if card.type() in _REAL else 1
