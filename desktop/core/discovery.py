"""The discovery file: where the running server listens, for the command line and the windows."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from desktop.core.settings import parse_host


class Discovery(msgspec.Struct, frozen=True):
    """Content of the file. `url` has no trailing slash; `pid` is the server's process."""

    url: str
    pid: int


def announce(path: Path, url: str) -> None:
    """Write the file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(msgspec.json.encode(Discovery(url, os.getpid())))
    os.replace(draft, path)


def withdraw(path: Path) -> None:
    """Remove the file if it is ours; another server may have written its own meanwhile."""
    found = read(path)
    if found and found.pid == os.getpid():
        path.unlink(missing_ok=True)


def read(path: Path) -> Discovery | None:
    """None when there is no file, or nothing readable in it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Discovery)
    except (OSError, msgspec.MsgspecError):
        return None


def server_url(path: Path, environ: Mapping[str, str]) -> str:
    """Where clients on this machine find the server: `OLLAMA_HOST`, else the discovery file,
    else Ollama's default address.

    An address that means "every interface" becomes loopback.
    """
    if text := environ.get("OLLAMA_HOST", "").strip():
        scheme = "https" if text.strip("\"'").startswith("https://") else "http"
        host, port = parse_host(text)
        return url_of(host, port, scheme)
    found = read(path)
    return found.url if found else url_of("127.0.0.1", 11434)


def url_of(host: str, port: int, scheme: str = "http") -> str:
    """Address for clients; one that means "every interface" becomes loopback.

    >>> url_of("0.0.0.0", 11434), url_of("::1", 80)
    ('http://127.0.0.1:11434', 'http://[::1]:80')
    """
    if host in ("", "0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
