"""`/api/puna/diagnostics`: what helps somebody else to see what is wrong, and nothing private.

Keys, the home folder's name, the user's name, addresses of other machines and web pages are taken
out; what was asked and answered is not in it in the first place.
"""

import asyncio
import getpass
import ipaddress
import os
import platform
import re
import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.replies import json_reply
from desktop.core.settings import Settings
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION
from desktop.hardware.cpu import compute_threads
from desktop.hardware.gpus import GpuMeter, with_devices
from desktop.hardware.memory import available_bytes, total_bytes

LOG_LINES = 120
LOG_BYTES = 64 * 1024
MAX_LINE = 300
SHORTEST_NAME = 3  # of a user or machine that is searched for in texts
NOBODY = frozenset(("root", "user", "admin", "home", "puna", "localhost"))
COUNTED = ("origins", "trusted_proxies")
"""Settings of which only the number is told."""

_SECRETS = (
    (re.compile(r"(?<=\bweb page )\S+"), "<page>"),  # as the log names one that was refused
    (re.compile(r"\b(?:puna_|hf_|sk-|gh[pousr]_)[A-Za-z0-9_-]{8,}"), "<key>"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 <key>"),
    (re.compile(r"(?i)\b(api[-_]?key|token|password|secret)([\"']?\s*[=:]\s*)\S+"), r"\1\2<key>"),
    (re.compile(r"://[^/\s@]+@"), "://<key>@"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<mail>"),
    (re.compile(r"(https?://[^\s?#\"']+)[?#][^\s\"']*"), r"\1"),
)
_IPV4 = re.compile(r"\b(?!127\.)(?!0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b")
_IPV6 = re.compile(r"(?i)(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])")


class Redactor:
    """Takes out of a text what is nobody else's business.

    >>> redactor = Redactor(Path("/home/ada"), ["ada", "adas-laptop"])
    >>> redactor.clean("/home/ada/x by ada, puna_" + "k" * 9)
    '~/x by <name>, <key>'
    """

    def __init__(self, home: Path, names: Iterable[str]) -> None:
        homes = sorted({str(home), home.as_posix()}, key=len, reverse=True)
        self._homes = [each for each in homes if len(each) > 1]
        known = {name for name in names if len(name) >= SHORTEST_NAME and name not in NOBODY}
        words = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        self._names = re.compile(rf"(?i)(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])")
        self._has_names = bool(words)

    def clean(self, text: str) -> str:
        for home in self._homes:
            text = text.replace(home, "~")
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
        text = _IPV6.sub(_hidden, _IPV4.sub("<address>", text))
        return self._names.sub("<name>", text) if self._has_names else text


class DiagnosticsRoute:
    """GET: `{"text": …}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, _request: Request) -> Response:
        running = [f"{each.name}: {_gib(each.size_bytes)}" for each in self._desk.engine.runners]
        return json_reply({"text": await asyncio.to_thread(self._text, running)})

    def _text(self, running: list[str]) -> str:
        parts = {
            "Puna": list(_program()),
            "Machine": list(self._machine()),
            "What needs attention": list(self._troubles()) or ["nothing"],
            "Settings that were chosen": list(self._settings()) or ["none"],
            "Models": list(self._models()) or ["none"],
            "Models in memory": running or ["none"],
            "Models with problems": list(self._problems()) or ["none"],
            "Programs that were here": [str(len(self._desk.apps.all))],
            f"The last {LOG_LINES} lines of the log": _last_lines(self._desk.paths.log_file),
        }
        blocks = ("\n".join((f"## {title}", *lines)) for title, lines in parts.items())
        redactor = Redactor(self._desk.machine.home, _names(self._desk.machine.home))
        return redactor.clean("\n\n".join(blocks)) + "\n"

    def _machine(self) -> Iterator[str]:
        yield f"system: {platform.system()} {platform.release()}, {platform.machine()}"
        yield f"processor: {compute_threads()} threads used of {os.cpu_count()}"
        if known := self._desk.devices.known:
            yield f"llama.cpp: {known.problem or ', '.join(known.backends + known.cpu_features)}"
        yield f"memory: {_gib(total_bytes())}, free {_gib(available_bytes())}"
        probe = self._desk.devices
        gpus = with_devices(GpuMeter().look(), probe.known, probe.lost)
        for card in gpus.cards:
            size_bytes = card.memory_total_bytes
            told = _gib(size_bytes) if size_bytes else card.reason or "memory unknown"
            used = f", {card.device} of llama.cpp" if card.device else ""
            yield f"graphics: {card.name}, {told}{used}"
        if not gpus.cards:
            yield f"graphics: {gpus.reason}"
        root = self._desk.library.root
        try:
            disk = _gib(shutil.disk_usage(root).free)
        except OSError as error:
            disk = f"unknown: {error.strerror}"
        yield f"disk of the models: {disk} free"

    def _troubles(self) -> Iterator[str]:
        for each in self._desk.troubles():
            yield f"{each.code}: {each.text}"

    def _settings(self) -> Iterator[str]:
        preferences = self._desk.preferences
        for name in Settings.__struct_fields__:
            source = preferences.source(name)
            if source == "default":
                continue
            value: Any = getattr(preferences.current, name)
            shown = f"{len(value)} of them" if name in COUNTED else repr(value)
            yield f"{name} = {shown} (from: {source})"
        if names := preferences.restart_needed:
            yield f"at the next start: {', '.join(names)}"
        yield from preferences.notes
        yield from self._desk.outside.notes()

    def _models(self) -> Iterator[str]:
        for model in self._desk.library.list():
            details = model.details()
            kind = f"{details['family']} {details['parameter_size']}"
            quantization = details["quantization_level"]
            yield f"{model.name.short}: {kind} {quantization}, {_gib(model.size_bytes)}"

    def _problems(self) -> Iterator[str]:
        for each in self._desk.library.problems():
            yield f"{each.name.short}: {each.reason}"


def _hidden(found: re.Match[str]) -> str:
    """What looks like an address may be a time of day."""
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else "<address>"


def _program() -> Iterator[str]:
    yield f"version: {PUNA_VERSION}, like Ollama {OLLAMA_API_VERSION}"
    kind = "packaged" if getattr(sys, "frozen", False) else "from source"
    yield f"python: {platform.python_version()}, {kind}"


def _names(home: Path) -> Iterator[str]:
    """Of the user and the machine."""
    yield home.name
    yield socket.gethostname()
    try:
        yield getpass.getuser()
    except (KeyError, OSError):  # nobody knows this user id
        return


def _last_lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - LOG_BYTES, 0))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ["there is none"]
    return [line[:MAX_LINE] for line in lines[-LOG_LINES:]] or ["it is empty"]


def _gib(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GiB"
