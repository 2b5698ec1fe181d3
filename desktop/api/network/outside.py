"""The address for other machines, and its certificate: opened, changed and closed under the running
server, as the settings say. What goes on in other connections goes on.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.api.network.acceptor import Acceptor
from desktop.api.network.addresses import is_loopback
from desktop.api.network.listeners import bind, local_host
from desktop.core.errors import AppError
from desktop.core.paths import Paths
from desktop.core.settings import Settings

if TYPE_CHECKING:
    from desktop.api.network.certificates import Certificate

log = logging.getLogger(__name__)

RENEW_CHECK_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """What settings ask for, ready to be used. `listener` is None where nothing new is opened."""

    host: str
    """Empty: only this machine's programs may come."""
    listener: socket.socket | None
    certificate: "Certificate | None"

    def discard(self) -> None:
        """It will not be used."""
        if self.listener:
            self.listener.close()


class Outside:
    """Serves nobody before `begin`. All but what `prepared` does happens on the service's loop."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._local: socket.socket | None = None
        self._protocol: Callable[[], asyncio.Protocol] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._open: tuple[socket.socket, Acceptor, asyncio.Task[None]] | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._made: list[Acceptor] = []
        """Those that may have open connections."""
        self._now = Prepared("", None, None)

    async def prepared(self, settings: Settings, local: socket.socket | None = None) -> Prepared:
        """What these settings need, so that nothing is left that could be refused.

        Args:
            local: The listener of this machine's programs; needed the first time.

        Raises:
            PortTaken, AddressUnusable: nobody can listen there.
            SettingInvalid, CertificateUnusable: the certificate is none.
        """
        self._local = local or self._local
        assert self._local
        return await asyncio.to_thread(self._prepared, settings, self._local)

    def begin(
        self,
        prepared: Prepared,
        protocol: Callable[[], asyncio.Protocol],
        tasks: asyncio.TaskGroup,
    ) -> None:
        """From now on other machines are served, if they may be.

        Args:
            protocol: Makes the HTTP protocol of a connection.
            tasks: Where what goes on here belongs.
        """
        self._protocol, self._tasks = protocol, tasks
        self.use(prepared)

    def use(self, prepared: Prepared) -> None:
        """Go over to what was prepared."""
        before, self._now = self._now, prepared
        self._stop_renewal()
        if prepared.host != before.host:
            self._close()
        if prepared.host:
            self._serve(prepared)
        for note in self.notes():
            log.info("%s", note)

    def stop(self) -> None:
        """Let nobody in any more."""
        self._stop_renewal()
        self._close()

    def cut_off(self) -> None:
        """End connections that are still open when everything has been said."""
        for acceptor in self._made:
            acceptor.cut_off()

    def notes(self) -> Iterator[str]:
        """Sentences for the user."""
        now = self._now
        if now.host and not is_loopback(now.host) and self._local:
            scheme, port = "https" if now.certificate else "http", self._local.getsockname()[1]
            yield f"other machines reach it by {scheme} at {now.host}, port {port}"
        if now.certificate:
            yield f"the certificate's SHA-256 is {now.certificate.files.fingerprint}"

    def _prepared(self, settings: Settings, local: socket.socket) -> Prepared:
        here, port = local.getsockname()[:2]
        if local_host(settings.host) == here and is_loopback(settings.host):
            return Prepared("", None, None)
        certificate = None
        if settings.tls != "off" and not is_loopback(settings.host):
            certificate = _certificate(settings, self._paths)
        host = settings.host or "0.0.0.0"
        if host == self._now.host:
            return Prepared(host, None, certificate)
        others = [local, self._open[0]] if self._open else [local]
        return Prepared(host, bind(host, port, others), certificate)

    def _serve(self, prepared: Prepared) -> None:
        assert self._tasks
        assert self._protocol
        context = prepared.certificate.context if prepared.certificate else None
        if self._open:
            self._open[1].context = context
        else:
            assert prepared.listener
            acceptor = Acceptor(prepared.listener, context, self._protocol)
            task = self._tasks.create_task(acceptor.run(), name="acceptor")
            self._open = (prepared.listener, acceptor, task)
            self._made = [*(each for each in self._made if each.has_open), acceptor]
        if prepared.certificate:
            self._renewal = self._tasks.create_task(_renew(prepared.certificate), name="renewal")

    def _close(self) -> None:
        if self._open:
            listener, acceptor, task = self._open
            self._open = None
            task.add_done_callback(lambda _: listener.close())
            task.cancel()
            acceptor.wind_up()

    def _stop_renewal(self) -> None:
        if self._renewal:
            self._renewal.cancel()
            self._renewal = None


def _certificate(settings: Settings, paths: Paths) -> "Certificate":
    from desktop.api.network.certificates import Certificate, certificate_files

    files = certificate_files(settings, paths)
    assert files
    return Certificate(files, own=settings.tls == "own")


async def _renew(certificate: "Certificate") -> None:
    """Look after it now and then."""
    while True:
        await asyncio.sleep(RENEW_CHECK_S)
        try:
            await asyncio.to_thread(certificate.refresh)
        except AppError as error:
            log.error("the certificate stays as it is: %s", error)
