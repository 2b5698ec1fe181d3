"""What a card offers: a model of the catalogue or of Hugging Face, at several sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.client.catalog import Contents, Entry, Message, Repository, Variant
from desktop.client.speed import Speed
from desktop.ui.models.figures import filled, parameter_count
from desktop.ui.models.verdicts import RUNS_WELL

translate = QCoreApplication.translate

FIRST_BYTES = 5_500_000_000  # more is too long a wait for a first model
CPU_BYTES = 3_200_000_000  # read for each word; more makes a processor answer too slowly
SPECIAL = {"code", "vision"}
"""What models are made for that are not meant for chats first of all."""
USUAL = ("Q4_K_M", "MXFP4", "Q4_K_S", "Q4_0", "Q5_K_M", "Q8_0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One file set that can be fetched under `name`."""

    name: str
    label: str
    """The precision, such as `Q4_K_M`."""
    size_bytes: int | None = None
    verdict: str | None = None
    message: Message | None = None
    speed: Speed | None = None
    installed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What one card shows. Without offers, they have to be asked for first."""

    key: str
    title: str
    sentence: str
    facts: tuple[str, ...] = ()
    """Some words about it, each for itself."""
    offers: tuple[Offer, ...] = ()
    gated: bool = False
    can_chat: bool = True

    @property
    def first(self) -> Offer | None:
        """The one to recommend."""
        return self.offers[0] if self.offers else None

    @property
    def installed(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.installed), None)


def product_of(entry: Entry, language: str) -> Product:
    """Args:
    language: `de`, `en`…
    """
    about = entry.about.get(language) or entry.about.get("en", "")
    words = [word for name in entry.capabilities if (word := capability_word(name))]
    return Product(
        key=entry.id,
        title=entry.title,
        sentence=about,
        facts=(*words, entry.license),
        offers=tuple(_offer(variant) for variant in entry.variants),
        can_chat="chat" in entry.capabilities,
    )


def product_of_repository(repository: Repository) -> Product:
    """Before its contents are known."""
    owner, _, name = repository.id.partition("/")
    facts = [filled(translate("Offer", "%1 downloads"), QLocale().toString(repository.downloads))]
    if repository.parameters:
        facts.insert(
            0, filled(translate("Offer", "%1 parameters"), parameter_count(repository.parameters))
        )
    if repository.license:
        facts.append(repository.license)
    return Product(
        key=repository.id,
        title=name,
        sentence=filled(translate("Offer", "Published by %1 on Hugging Face"), owner),
        facts=tuple(facts),
        gated=repository.gated,
    )


def offers_of(contents: Contents, installed: frozenset[str]) -> tuple[Offer, ...]:
    """Those that can be fetched, the recommended one first.

    Args:
        installed: Names of models, in lower case.
    """
    extra = contents.projector_bytes or 0
    offers = [
        Offer(
            name=each.name,
            label=each.label or each.name.rpartition(":")[2],
            size_bytes=each.size_bytes + extra if each.size_bytes is not None else None,
            verdict=each.verdict,
            message=each.message,
            speed=each.speed,
            installed=each.name.casefold() in installed,
        )
        for each in contents.quantizations
        if each.name and each.complete
    ]
    best = recommended(offers)
    return tuple(sorted(offers, key=lambda offer: offer is not best))


def recommended(offers: Sequence[Offer]) -> Offer | None:
    """The usual precision if that runs here, else the largest that does, else the smallest."""
    if not offers:
        return None
    running = [offer for offer in offers if offer.verdict in RUNS_WELL]
    for label in USUAL:
        for offer in running:
            if offer.label.upper() == label:
                return offer
    if running:
        return max(running, key=lambda offer: offer.size_bytes or 0)
    return min(offers, key=lambda offer: offer.size_bytes or 2**62)


def best_entry(entries: Sequence[Entry], language: str) -> Entry | None:
    """A first model: the most able one that answers quickly here; None if none runs.

    How able a model is, is taken from its size; where only a part of it works on each word, from
    the middle of both sizes.
    """
    found = [entry for entry in entries if _is_good_first(entry, language)]
    return max(found, key=_ability, default=None)


def smaller_model(entries: Sequence[Entry], model: str, language: str) -> str:
    """What runs well instead of a model that does not: the same at another precision, else what
    would be a good first model; empty if nothing does.

    Args:
        model: Its name.
    """
    name = model.casefold().removesuffix(":latest")
    for entry in entries:
        if name in (variant.name.casefold() for variant in entry.variants):
            running = [each for each in entry.variants if each.verdict in RUNS_WELL]
            if running:
                return max(running, key=lambda each: each.approximate_bytes or 0).name
    best = best_entry(entries, language) or best_entry(entries, "en")
    return best.variants[0].name if best else ""


def _ability(entry: Entry) -> int:
    """In steps of a fifth: of about the same size, the one that the catalogue has first wins."""
    return round(2 * log2(entry.parameters * _active(entry)))


def _is_good_first(entry: Entry, language: str) -> bool:
    variant = entry.variants[0]
    size = variant.approximate_bytes
    if "chat" not in entry.capabilities or size is None or SPECIAL & set(entry.capabilities):
        return False
    if not {language, "multi"} & set(entry.languages) or size > FIRST_BYTES:
        return False
    if variant.verdict == "fits_gpu":
        return True
    read = size * _active(entry) / entry.parameters
    return variant.verdict in RUNS_WELL and read <= CPU_BYTES


def _active(entry: Entry) -> int:
    return entry.active_parameters or entry.parameters


def _offer(variant: Variant) -> Offer:
    return Offer(
        name=variant.name,
        label=variant.quantization,
        size_bytes=variant.approximate_bytes,
        verdict=variant.verdict,
        message=variant.message,
        speed=variant.speed,
        installed=variant.installed,
    )


def capability_word(name: str) -> str:
    """What a model can do; empty for what goes without saying, and for what we have no word for."""
    words = {
        "vision": translate("Offer", "sees pictures"),
        "audio": translate("Offer", "hears sound"),
        "tools": translate("Offer", "uses tools"),
        "thinking": translate("Offer", "thinks first"),
        "code": translate("Offer", "writes code"),
        "insert": translate("Offer", "completes code"),
        "embedding": translate("Offer", "for searching in texts"),
    }
    return words.get(name, "")
