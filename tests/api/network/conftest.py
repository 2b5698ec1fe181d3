"""This machine as another one of the network sees it."""

import ipaddress

import pytest

from desktop.hardware.network import own_addresses
from tests.api.served import Json, Served


@pytest.fixture(scope="session")
def own_address() -> str:
    """An IPv4 address of this machine that is not loopback: who connects from it is a stranger."""
    for text in sorted(own_addresses()):
        try:
            address = ipaddress.IPv4Address(text)
        except ValueError:
            continue
        if address.is_private and not address.is_loopback and not address.is_link_local:
            return text
    pytest.skip("this machine is in no network")


def make_key(served: Served, **app: object) -> str:
    """The key of a new app."""
    body: Json = {"name": "tester"} | app
    made = served.post("/api/puna/apps", body)
    assert made.status_code < 300, made.text
    found = served.post(f"/api/puna/apps/{made.json()['id']}/keys", {})
    assert found.status_code < 300, found.text
    return str(found.json()["key"])
