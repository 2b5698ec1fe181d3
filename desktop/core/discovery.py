"""The discovery file: where the running server listens, for the command line and the windows."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from desktop.core.settings import DEFAULT_PORT, parse_host
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION
from desktop.core.whole_file import write_whole


class Discovery(msgspec.Struct, frozen=True):
    """Content of the file, which only its owner may read."""

    url: str
    """For programs of this machine; without a slash at the end."""
    pid: int
    """The server's process."""
    version: str = PUNA_VERSION
    api_version: str = OLLAMA_API_VERSION
    key: str = ""
    """Opens the server to its owner's programs, where it requires keys; new at every start."""


def announce(path: Path, url: str, key: str = "") -> None:
    """Write the file, whole or not at all."""
    content = msgspec.json.encode(Discovery(url, os.getpid(), key=key))
    write_whole(path, content, private=True)


def withdraw(path: Path) -> None:
    """Remove the file if it is ours; another server may have written its own meanwhile."""
    found = read(path)
    if found and found.pid == os.getpid():
        path.unlink(missing_ok=True)


def read(path: Path) -> Discovery | None:
    """None when there is no file, or nothing readable in it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Discovery)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None


def find_server(path: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """URL and key for clients on this machine: `OLLAMA_HOST` and `PUNA_KEY`, else the discovery
    file, else Ollama's default address.

    An address that means "every interface" becomes loopback. Without a key, it is empty.
    """
    key = environ.get("PUNA_KEY", "").strip()
    found = read(path)
    if text := environ.get("OLLAMA_HOST", "").strip():
        scheme = "https" if text.strip("\"'").startswith("https://") else "http"
        url = url_of(*parse_host(text), scheme)
    else:
        url = found.url if found else url_of("127.0.0.1", DEFAULT_PORT)
    return url, key or (found.key if found and found.url == url else "")


def url_of(host: str, port: int, scheme: str = "http") -> str:
    """Address for clients; one that means "every interface" becomes loopback.

    >>> url_of("0.0.0.0", 11434), url_of("::1", 80)
    ('http://127.0.0.1:11434', 'http://[::1]:80')
    """
    if host in ("", "0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
