"""The server and its port, and the way out: proxies and certificates."""

import os
import socket
import ssl
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from desktop.client.client import Client
from desktop.client.settings import SettingsCalls
from desktop.core import discovery
from desktop.core.errors import AppError
from desktop.core.paths import Paths
from desktop.core.settings import DEFAULT_PORT
from desktop.doctor.finding import Finding
from desktop.hardware.listening import listener_of
from desktop.models.hub_http import tls_context

HUBS = ("huggingface.co", "registry.ollama.ai")
CONNECT_S = 8.0
_SYSTEMS_OWN = (
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
"""Where Linux has the certificates that it believes; `truststore` looks here as well."""
_BUNDLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


async def server(paths: Paths, environ: Mapping[str, str]) -> list[Finding]:
    """The one that runs, and what it complains about."""
    url, key = discovery.find_server(paths.discovery_file, environ)
    is_announced = discovery.read(paths.discovery_file) is not None
    try:
        async with Client(url, key) as client:
            found = await client.version()
            problems = (await SettingsCalls(client.wire).all()).problems if found.puna else []
    except AppError:
        if not is_announced:
            return [Finding(name="server", value="does not run")]
        lost = Finding(
            name="server",
            value=f"does not answer at {url}",
            problem=f"Puna has ended unexpectedly, or does not answer at {url}.",
            remedy="Start it, or quit it and start it again. If that happens often, read the end"
            f" of {paths.log_file}.",
        )
        return [lost]
    if not found.puna:
        return [Finding(name="server", value=f"not Puna's: {url} is another program's")]
    told = [
        Finding(name="it says", value=each.code, problem=each.text, remedy=each.remedy)
        for each in problems
    ]
    return [Finding(name="server", value=f"Puna {found.puna} at {url}"), *told]


def port(wanted: int, own_pid: int | None) -> Finding:
    """Who holds the port that programs expect us at.

    Args:
        own_pid: Of the Puna that runs.
    """
    number = wanted or DEFAULT_PORT
    name = f"port {number}"
    if holder := listener_of(number):
        pid, program = holder
        if pid == own_pid:
            return Finding(name=name, value="Puna's")
        who = f"{program or 'another program'} (process {pid})"
        return _taken(name, number, who)
    with socket.socket() as test:
        test.settimeout(1.0)
        if test.connect_ex(("127.0.0.1", number)) == 0:
            return _taken(name, number, "another program, of another user")
    return Finding(name=name, value="free")


def _taken(name: str, number: int, who: str) -> Finding:
    return Finding(
        name=name,
        value=who,
        problem=f"Port {number} is used by {who}.",
        remedy="End that program (Ollama, perhaps), or choose another port in the settings.",
    )


def ways_out(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Nobody is asked."""
    proxies = {kind: url for kind, url in urllib.request.getproxies().items() if kind != "no"}
    for kind, url in sorted(proxies.items()):
        yield _proxy(kind, url)
    if not proxies:
        yield Finding(name="proxy", value="none")
    yield certificates(sys.platform)
    for name in _BUNDLES:
        if path := environ.get(name, ""):
            is_there = Path(path).exists()
            yield Finding(
                name=name,
                value=path,
                problem="" if is_there else f"{name} names certificates that are not there.",
                remedy="" if is_there else f"Correct the variable {name}, or remove it.",
            )


def certificates(system: str, places: Sequence[str] = _SYSTEMS_OWN) -> Finding:
    """Whom this computer believes when something is downloaded.

    Args:
        system: As `sys.platform`.
        places: Files that may have them, besides those that OpenSSL looks into.
    """
    if system != "linux":
        return Finding(name="certificates", value="the system's")
    usual = ssl.get_default_verify_paths()
    for place in (usual.cafile, usual.capath, *places):
        if place and os.access(place, os.R_OK) and (os.path.isfile(place) or os.listdir(place)):
            return Finding(name="certificates", value=f"the system's, {place}")
    return Finding(
        name="certificates",
        value="none",
        problem="This computer believes no certificates, so nothing can be downloaded.",
        remedy="Install the package ca-certificates.",
    )


def _proxy(kind: str, url: str) -> Finding:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        return Finding(
            name=f"proxy for {kind}",
            value="cannot be used",
            problem=f"The proxy for {kind} is no address: {error}.",
            remedy="Correct the proxy of this computer, or remove it.",
        )
    shown = f"{parts.scheme}://{parts.hostname or ''}{port}"
    usable = parts.scheme in ("http", "https")
    return Finding(
        name=f"proxy for {kind}",
        value=shown,  # without name and password
        problem="" if usable else f"Puna cannot speak to a proxy of the kind {parts.scheme}.",
        remedy="" if usable else "Set an http proxy for this computer.",
    )


def hubs(names: tuple[str, ...] = HUBS, number: int = 443) -> Iterator[Finding]:
    """Connects to where models come from; says who vouches for the connection."""
    for name in names:
        yield _hub(name, number)


def _hub(name: str, number: int) -> Finding:
    try:
        issuer = _issuer(name, number, tls_context())
    except ssl.SSLCertVerificationError as error:
        return Finding(
            name=name,
            value="is not believed",
            problem=f"The certificate of {name} is not believed: {error.verify_message}.",
            remedy="Set date and time right. If a company or a virus scanner opens encrypted"
            " connections, its certificate has to be added to the system's.",
        )
    except OSError as error:
        return Finding(
            name=name,
            value="cannot be reached",
            problem=f"{name} cannot be reached: {error.strerror or error}.",
            remedy="Look at the network, the firewall and the proxy. Models that are here work"
            " without.",
        )
    try:
        _issuer(name, number, ssl.create_default_context(cafile=_known_bundle()))
    except (ssl.SSLError, OSError):
        return Finding(name=name, value=f"reached, but {issuer} reads along (it is trusted here)")
    return Finding(name=name, value=f"reached, certified by {issuer}")


def _known_bundle() -> str:
    """The certificates that browsers come with; what only this computer trusts is not in it."""
    import certifi

    return certifi.where()


def _issuer(name: str, number: int, context: ssl.SSLContext) -> str:
    """Raises OSError, ssl.SSLError."""
    with (
        socket.create_connection((name, number), timeout=CONNECT_S) as link,
        context.wrap_socket(link, server_hostname=name) as secured,
    ):
        found: dict[str, Any] = dict(secured.getpeercert() or {})
    words = dict(pair for part in found.get("issuer", ()) for pair in part)
    return str(words.get("organizationName") or words.get("commonName") or "somebody unknown")
