"""Addresses that tokens are asked for at."""

import httpx
import pytest

from desktop.models.registry.errors import RealmMismatch, RegistryAnswerInvalid
from desktop.models.registry.token import Challenge

ASKED = httpx.URL("https://r.example/v2/a/b/manifests/latest")


def test_fields_are_sorted_and_escaped() -> None:
    challenge = Challenge(
        realm="https://r.example/token?zone=1#x",
        service="r.example",
        scope="repository:a/b:pull repository:a/b:push",
    )
    url = str(challenge.url(ASKED, 1_700_000_000.9))
    head, _, tail = url.partition("nonce=")
    nonce, _, rest = tail.partition("&")
    assert head == "https://r.example/token?"
    assert len(nonce) == 22
    assert rest == (
        "scope=repository%3Aa%2Fb%3Apull&scope=repository%3Aa%2Fb%3Apush"
        "&service=r.example&ts=1700000000&zone=1"
    )


def test_each_nonce_is_new() -> None:
    challenge = Challenge(realm="https://r.example/token")
    assert challenge.url(ASKED, 0) != challenge.url(ASKED, 0)


@pytest.mark.parametrize(
    "realm",
    [
        "https://evil.example/token",
        "https://r.example:444/token",
        "https://r.example.evil.example/token",
        "https://r.example@evil.example/token",
        "token",
    ],
)
def test_other_hosts(realm: str) -> None:
    with pytest.raises(RealmMismatch, match=r'does not match original host "r\.example"$'):
        Challenge(realm=realm).url(ASKED, 0)


def test_never_without_encryption_where_there_was_some() -> None:
    with pytest.raises(RegistryAnswerInvalid, match="not encrypted"):
        Challenge(realm="http://r.example/token").url(ASKED, 0)


def test_the_same_host_in_other_letters() -> None:
    assert Challenge(realm="https://R.Example:443/token").url(ASKED, 0).host == "r.example"
