"""What is asked before a download: how large it is, what room there is, and will it run."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.client.catalog import Catalog, Estimate, Message
from desktop.client.client import Client
from desktop.client.speed import Speed
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence, is_offline
from desktop.ui.models.figures import data_size, filled
from desktop.ui.models.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is known before a download. Sizes are bytes, None: not known."""

    offer: Offer
    size_bytes: int | None
    free_bytes: int | None = None
    verdict: str | None = None
    message: Message | None = None
    speed: Speed | None = None
    download_s: float | None = None
    """At the speed that this connection has just had."""
    problem: str = ""
    """Why it cannot be fetched, or not now."""
    may_start: bool = True


class AskPresenter(QObject):
    """Looks at a model's files where they are; has no widget."""

    looked = Signal(object)  # Inquiry

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    async def look(self, offer: Offer) -> None:
        try:
            estimate = await Catalog(self._client.wire).estimate(offer.name)
        except AppError as error:
            self.looked.emit(self._without_estimate(offer, error))
        else:
            self.looked.emit(self._with(offer, estimate))

    def _with(self, offer: Offer, estimate: Estimate) -> Inquiry:
        missing = estimate.download_bytes - estimate.disk_free_bytes
        problem = ""
        if not estimate.fits_on_disk:
            text = self.tr("The disk is too full: %1 more would have to be free.")
            problem = filled(text, data_size(missing))
        return Inquiry(
            offer=offer,
            size_bytes=estimate.download_bytes or offer.size_bytes,
            free_bytes=estimate.disk_free_bytes,
            verdict=estimate.verdict,
            message=estimate.message,
            speed=estimate.speed,
            download_s=estimate.download_s,
            problem=problem,
            may_start=estimate.fits_on_disk,
        )

    def _without_estimate(self, offer: Offer, error: AppError) -> Inquiry:
        """What the list said must do. Offline, a download may wait for the internet."""
        sentence, offline = failure_sentence(error), is_offline(error)
        if offline:
            sentence = self.tr(
                "The internet cannot be reached. The download will wait until it is back."
            )
        definite = ("model_not_found_in_registry", "registry_access_denied")
        code = getattr(error, "server_code", "")
        return Inquiry(
            offer=offer,
            size_bytes=offer.size_bytes,
            verdict=offer.verdict,
            message=offer.message,
            speed=offer.speed,
            problem=sentence,
            may_start=bool(code) and code not in definite,
        )
