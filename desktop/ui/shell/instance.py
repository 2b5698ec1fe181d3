"""There is one Puna for a person: a second start hands its wishes to the first, and ends.

The first one listens on a local socket that only its user can reach; a lock file decides between
two that start at the same moment.
"""

import contextlib
import hashlib
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

CONNECT_MS = 500
ANSWER_MS = 10_000
STARTING_S = 20.0  # the first one may be busy with its own start
LEAVING_S = 60.0  # it unloads its models first
_ANSWER = b"ok\n"
_NO_PLACE = (QLockFile.LockError.PermissionError, QLockFile.LockError.UnknownError)
"""A folder that cannot be written to, or a full disk."""
MAX_BYTES = 2**16


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a start asks for.

    `open` is a place's value, "" what suits; `files` are absolute paths; `quiet` means that nobody
    waits for a window; `token` is the desktop's leave to come to the front. `leave` asks for the
    end, and for nothing else.
    """

    open: str = ""
    files: list[str] = []
    quiet: bool = False
    token: str = ""
    leave: bool = False


class Instance(QObject):
    """This process's place among its kind.

    Args:
        folder: Of the lock; who shares it, shares the instance.
    """

    wished = Signal(object)  # Wish

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        super().__init__()
        with contextlib.suppress(OSError):  # then the lock is refused, too
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / "tray.lock"))
        self._lock.setStaleLockTime(0)  # only the end of its process makes a lock stale
        self._name = _socket_name(folder, environ)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self, wish: Wish) -> bool:
        """Whether we are the first; else the first one has got the wish."""
        until = time.monotonic() + STARTING_S
        while not self._lock.tryLock(CONNECT_MS):
            if _hand_over(self._name, wish):
                return False
            if self._lock.error() in _NO_PLACE:
                log.warning("%s cannot be made; Puna goes on without", self._lock.fileName())
                break
            if time.monotonic() > until:
                log.warning("another Puna holds %s and does not answer", self._lock.fileName())
                return False
        QLocalServer.removeServer(self._name)  # of a process that was killed
        if not self._server.listen(self._name):
            log.warning("later starts will not find us: %s", self._server.errorString())
        return True

    def send_away(self) -> bool:
        """Ask the first one to end; whether none runs any more, which may take its time."""
        until = time.monotonic() + LEAVING_S
        while not self._lock.tryLock(CONNECT_MS):
            if self._lock.error() in _NO_PLACE:
                break  # then nobody could have claimed it
            if time.monotonic() > until:
                return False
            _hand_over(self._name, Wish(leave=True))
        return True

    def close(self) -> None:
        self._server.close()
        self._lock.unlock()

    def _on_connection(self) -> None:
        while link := self._server.nextPendingConnection():
            link.disconnected.connect(link.deleteLater)
            link.readyRead.connect(lambda link=link: self._on_bytes(link))
            self._on_bytes(link)

    def _on_bytes(self, link: QLocalSocket) -> None:
        if link.bytesAvailable() > MAX_BYTES:
            link.abort()
        if not link.canReadLine():
            return
        line = bytes(link.readLine().data())
        link.write(_ANSWER)
        link.flush()
        link.disconnectFromServer()
        try:
            self.wished.emit(msgspec.json.decode(line, type=Wish))
        except msgspec.MsgspecError as error:
            log.warning("a wish that cannot be understood: %s", error)


def send_away(data: Path, environ: Mapping[str, str]) -> bool:
    """End the Puna of this data folder, from a process without windows; returns whether none runs
    any more."""
    application = QCoreApplication([])
    instance = Instance(data, environ)
    gone = instance.send_away()
    instance.close()
    application.shutdown()
    return gone


def _hand_over(name: str, wish: Wish) -> bool:
    link = QLocalSocket()
    link.connectToServer(name)
    if not link.waitForConnected(CONNECT_MS):
        return False
    link.write(msgspec.json.encode(wish) + b"\n")
    link.flush()
    heard = link.waitForReadyRead(ANSWER_MS) and bytes(link.readLine().data()) == _ANSWER
    with contextlib.suppress(RuntimeError):
        link.abort()
    return heard


def _socket_name(folder: Path, environ: Mapping[str, str]) -> str:
    """Short, since systems allow about a hundred characters; in the user's own folder if there
    is one."""
    mark = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    name = f"puna-{mark}"
    return str(runtime / name) if runtime.is_absolute() and runtime.is_dir() else name
