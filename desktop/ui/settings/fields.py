"""The server's settings in plain words: what each is called, what it does, and when it holds."""

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QObject


class Kind(Enum):
    """How a setting is edited."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"  # texts, with commas between them
    SUGGESTED = "suggested"  # a choice, or something typed
    FOLDER = "folder"
    FILE = "file"


class Holds(Enum):
    """From when on a change counts."""

    NOW = "now"
    LOAD = "load"  # for models that are loaded from then on
    START = "start"  # when the server starts the next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting. `labels` are the words for its values, by value."""

    name: str
    title: str
    hint: str
    kind: Kind
    holds: Holds = Holds.NOW
    labels: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    placeholder: str = ""


class Fields(QObject):
    """In the language of now, by page."""

    def server(self) -> list[Field]:
        return [
            Field(
                name="port",
                title=self.tr("Port"),
                hint=self.tr(
                    "The last part of the address that other programs use. 11434 is what they"
                    " expect."
                ),
                kind=Kind.NUMBER,
                holds=Holds.START,
            ),
            Field(
                name="host",
                title=self.tr("Who can reach Puna"),
                hint=self.tr(
                    "Other computers get in only with a key. The Connect window shows the way step"
                    " by step."
                ),
                kind=Kind.SUGGESTED,
                holds=Holds.NOW,
                labels={
                    "127.0.0.1": self.tr("only this computer"),
                    "0.0.0.0": self.tr("other computers in the network, too"),
                },
            ),
            Field(
                name="require_keys",
                title=self.tr("Every program shows a key"),
                hint=self.tr(
                    "Programs of this computer, too. Keys are made in the Connect window."
                ),
                kind=Kind.SWITCH,
            ),
            *self._answers(),
        ]

    def models(self) -> list[Field]:
        return [
            Field(
                name="models_dir",
                title=self.tr("Folder of the models"),
                hint=self.tr(
                    "Models that are already there are found; models that are elsewhere are not"
                    " moved."
                ),
                kind=Kind.FOLDER,
                holds=Holds.START,
                placeholder=self.tr("Puna's own folder"),
            ),
            Field(
                name="share_ollama",
                title=self.tr("Use Ollama's models, too"),
                hint=self.tr("They stay where they are, and are never changed."),
                kind=Kind.SWITCH,
                holds=Holds.START,
            ),
            Field(
                name="keep_alive",
                title=self.tr("A model stays in memory for"),
                hint=self.tr(
                    "After its last answer. The longer, the sooner the next answer begins. Times"
                    " such as 45m or 2h can be typed."
                ),
                kind=Kind.SUGGESTED,
                labels=self._keep_alive(),
            ),
            *self._memory(),
            *self._cards(),
            *self._staying(),
        ]

    def advanced(self) -> list[Field]:
        return [
            *self._network(),
            Field(
                name="flash_attention",
                title=self.tr("Flash attention"),
                hint=self.tr("A way of computing that needs less memory for long conversations."),
                kind=Kind.CHOICE,
                holds=Holds.LOAD,
                labels={
                    "auto": self.tr("where it is possible"),
                    "on": self.tr("on"),
                    "off": self.tr("off"),
                },
            ),
            Field(
                name="max_queue",
                title=self.tr("Requests that may wait"),
                hint=self.tr("One more is refused."),
                kind=Kind.NUMBER,
            ),
            Field(
                name="load_timeout_s",
                title=self.tr("Give up loading a model after"),
                hint=self.tr("Counted while nothing goes on. 0 means never."),
                kind=Kind.NUMBER,
                unit=self.tr(" s"),
            ),
            Field(
                name="prune",
                title=self.tr("Remove files that no model needs"),
                hint=self.tr("Files are shared between models; the last one takes them along."),
                kind=Kind.SWITCH,
            ),
            Field(
                name="metrics",
                title=self.tr("Figures for Prometheus"),
                hint=self.tr("At the address of Puna, followed by /metrics."),
                kind=Kind.SWITCH,
            ),
        ]

    def updates(self) -> list[Field]:
        return [
            Field(
                name="updates",
                title=self.tr("Newer versions of Puna"),
                hint=self.tr("Asked for once a day at most."),
                kind=Kind.CHOICE,
                labels={
                    "off": self.tr("I look for them myself"),
                    "notify": self.tr("tell me when there is one"),
                },
            ),
            Field(
                name="update_feed",
                title=self.tr("Address that tells of them"),
                hint=self.tr(
                    "Only for who serves updates in a company's own network. They have to be signed"
                    " all the same."
                ),
                kind=Kind.TEXT,
                placeholder="https://updates.example/puna.json",
            ),
        ]

    def _answers(self) -> list[Field]:
        return [
            Field(
                name="origins",
                title=self.tr("Web pages that may use Puna"),
                hint=self.tr(
                    "Addresses with commas between them; * stands for anything. Pages that were"
                    " refused can be allowed in the Connect window."
                ),
                kind=Kind.LIST,
                placeholder="https://chat.example, http://*.home",
            ),
            Field(
                name="default_stream",
                title=self.tr("Answer word by word"),
                hint=self.tr("What programs get that do not say which way they want it."),
                kind=Kind.SWITCH,
            ),
        ]

    def _memory(self) -> list[Field]:
        return [
            Field(
                name="context_tokens",
                title=self.tr("Context length"),
                hint=self.tr(
                    "How much of a conversation a model can bear in mind, in tokens: four of them"
                    " are about three words. More needs more memory."
                ),
                kind=Kind.NUMBER,
                holds=Holds.LOAD,
                labels={"0": self.tr("as much as fits comfortably")},
            ),
            Field(
                name="parallel",
                title=self.tr("Answers at the same time"),
                hint=self.tr("Of one model; more requests wait their turn."),
                kind=Kind.NUMBER,
                holds=Holds.LOAD,
            ),
            Field(
                name="kv_cache_type",
                title=self.tr("Precision of the model's notes"),
                hint=self.tr(
                    "What a model notes about the conversation takes half of the memory with"
                    " q8_0, and a quarter with q4_0, which can make answers worse."
                ),
                kind=Kind.CHOICE,
                holds=Holds.LOAD,
                labels={
                    "auto": self.tr("f16, and q8_0 where memory is short"),
                    "f16": self.tr("f16 (as usual)"),
                    "q8_0": self.tr("q8_0 (half of it)"),
                },
            ),
        ]

    def _cards(self) -> list[Field]:
        return [
            Field(
                name="gpu_layers",
                title=self.tr("Layers on the graphics card"),
                hint=self.tr("No more than so many; with 0, the processor does everything."),
                kind=Kind.NUMBER,
                holds=Holds.LOAD,
                labels={"-1": self.tr("as many as have room")},
            ),
            Field(
                name="spread_gpus",
                title=self.tr("Use all graphics cards"),
                hint=self.tr("For models that one card has room for, too."),
                kind=Kind.SWITCH,
                holds=Holds.LOAD,
            ),
            Field(
                name="gpu_reserve_mb",
                title=self.tr("Keep free on each graphics card"),
                hint=self.tr("For games and other programs that need its memory."),
                kind=Kind.NUMBER,
                holds=Holds.LOAD,
                unit=self.tr(" MB"),
            ),
        ]

    def _staying(self) -> list[Field]:
        return [
            Field(
                name="max_loaded_models",
                title=self.tr("Models in memory at the same time"),
                hint=self.tr("The one that is needed least makes room for another."),
                kind=Kind.NUMBER,
                labels={"0": self.tr("three for each graphics card, or three")},
            ),
            Field(
                name="pinned",
                title=self.tr("Models that are always ready"),
                hint=self.tr(
                    "They are loaded when Puna starts, and stay in memory. Names with commas"
                    " between them."
                ),
                kind=Kind.LIST,
                placeholder="llama3.2:1b",
            ),
            Field(
                name="unload_on_battery_percent",
                title=self.tr("Free the memory when the battery is below"),
                hint=self.tr(
                    "Models that nobody uses leave then, and come back when they are asked."
                ),
                kind=Kind.NUMBER,
                unit=self.tr(" %"),
                labels={"0": self.tr("never")},
            ),
            Field(
                name="allow_swap",
                title=self.tr("Load models for which memory is too short"),
                hint=self.tr(
                    "The computer then keeps moving data between memory and disk, and gets very"
                    " slow."
                ),
                kind=Kind.SWITCH,
                holds=Holds.LOAD,
            ),
        ]

    def _network(self) -> list[Field]:
        return [
            Field(
                name="allow_public",
                title=self.tr("Answer computers from the internet"),
                hint=self.tr("Else only those of private networks get in, key or not."),
                kind=Kind.SWITCH,
            ),
            Field(
                name="trusted_proxies",
                title=self.tr("Trusted proxies"),
                hint=self.tr("Addresses that are believed when they say who asks, with commas."),
                kind=Kind.LIST,
                placeholder="192.168.1.10, 10.0.0.0/8",
            ),
            Field(
                name="tls",
                title=self.tr("Encryption between computers"),
                hint=self.tr("Programs of this computer need none."),
                kind=Kind.CHOICE,
                holds=Holds.NOW,
                labels={
                    "off": self.tr("off"),
                    "own": self.tr("with a certificate made by Puna"),
                    "files": self.tr("with my certificate"),
                },
            ),
            Field(
                name="tls_certificate",
                title=self.tr("File of my certificate"),
                hint=self.tr("PEM, with the certificates of its issuers."),
                kind=Kind.FILE,
                holds=Holds.NOW,
            ),
            Field(
                name="tls_key",
                title=self.tr("File of its private key"),
                hint=self.tr("PEM, without a password."),
                kind=Kind.FILE,
                holds=Holds.NOW,
            ),
        ]

    def _keep_alive(self) -> dict[str, str]:
        return {
            "0": self.tr("not at all"),
            "5m": self.tr("5 minutes"),
            "30m": self.tr("30 minutes"),
            "1h": self.tr("1 hour"),
            "24h": self.tr("1 day"),
            "-1": self.tr("as long as Puna runs"),
        }
