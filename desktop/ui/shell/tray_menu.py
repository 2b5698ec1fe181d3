"""What the tray's menu says, as data: made from a snapshot, drawn by `tray.py`."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject

from desktop.client.answers import LoadedModel
from desktop.client.plan import Plan
from desktop.client.watch import Download
from desktop.ui.look.figures import size_text
from desktop.ui.shell.watching import Doing, Seen

MAX_DOWNLOADS = 5


class Act(Enum):
    """What an entry does; some need to know with what."""

    NONE = "none"
    OPEN = "open"  # a place, by its value, and after a space what to show there
    UNLOAD = "unload"
    LOAD = "load"
    PAUSE = "pause"
    RESUME = "resume"
    COPY = "copy"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. Without a text it is a separator; without an act it only tells something."""

    text: str = ""
    act: Act = Act.NONE
    what: str = ""
    checked: bool | None = None
    children: tuple["Entry", ...] = ()


SEPARATOR = Entry()


class MenuText(QObject):
    """The words of the icon and its menu."""

    def tip(self, seen: Seen) -> str:
        """Model, load and memory, a line each."""
        lines = [f"Puna – {self.state(seen)}"]
        if len(seen.running) > 1:
            lines.append(self.tr("%n request(s) at work", "", len(seen.running)))
        ready = [model for model in seen.loaded if model.is_ready]
        lines += [f"{model.name} – {size_text(model.size)}" for model in ready]
        if len(ready) > 1:
            total = size_text(seen.memory_bytes)
            lines.append(self.tr("%1 of memory in all").replace("%1", total))
        return "\n".join(lines)

    def state(self, seen: Seen) -> str:
        """One short phrase."""
        match seen.doing:
            case Doing.PROBLEM:
                return self.tr("the server does not answer")
            case Doing.LOADING:
                return self.tr("loading %1").replace("%1", seen.coming)
            case Doing.ANSWERING:
                return self.tr("answering you")
            case Doing.SERVING if seen.served:
                return self.tr("answering %1").replace("%1", ", ".join(seen.served))
            case Doing.SERVING:
                return self.tr("answering another program")
            case Doing.PAUSED:
                return self.tr("paused for other programs")
        if seen.loaded:
            return self.tr("ready")
        return self.tr("ready, no model in memory")

    def entries(self, seen: Seen) -> tuple[Entry, ...]:
        """The whole menu."""
        parts = (
            (Entry(self.tr("Open &chat"), Act.OPEN, "chat"),),
            self._models(seen),
            self._downloads(seen),
            self._serving(seen),
            (
                Entry(self.tr("&Models…"), Act.OPEN, "models"),
                Entry(self.tr("&Status…"), Act.OPEN, "status"),
                Entry(self.tr("Connect &programs…"), Act.OPEN, "connect"),
                Entry(self.tr("S&ettings…"), Act.OPEN, "settings"),
                Entry(self.tr("&Help"), Act.OPEN, "help"),
            ),
            (Entry(self.tr("&Quit Puna"), Act.QUIT),),
        )
        entries: list[Entry] = []
        for part in filter(None, parts):
            entries += [SEPARATOR, *part] if entries else part
        return tuple(entries)

    def _models(self, seen: Seen) -> tuple[Entry, ...]:
        if seen.problem:
            return (Entry(self.tr("The server does not answer"), Act.OPEN, "status"),)
        entries = [self._loaded(model) for model in seen.loaded]
        if seen.recent:
            recent = [Entry(_literal(name), Act.LOAD, name) for name in seen.recent]
            entries.append(Entry(self.tr("&Load a model"), children=tuple(recent)))
        elif not entries:
            entries.append(Entry(self.tr("Get a model…"), Act.OPEN, "models recommended"))
        return tuple(entries)

    def _loaded(self, model: LoadedModel) -> Entry:
        text = self.tr("%1 – being loaded")
        if model.is_ready:
            text = self.tr("%1 – %2 in memory").replace("%2", size_text(model.size))
        text = text.replace("%1", _literal(model.name))
        if step := self._step(model.puna.plan):
            text += f", {step}"
        unload = Entry(self.tr("&Unload, frees the memory"), Act.UNLOAD, model.name)
        chat = Entry(self.tr("&Chat with it"), Act.OPEN, f"chat {model.name}")
        return Entry(text, children=(chat, unload))

    def _step(self, plan: Plan | None) -> str:
        """The gravest that was taken to make a model fit; empty if nobody notices any."""
        steps = {step.code: step.numbers for step in plan.steps} if plan else {}
        if "swap" in steps:
            return self.tr("slow, memory is short")
        if "cpu" in steps:
            return self.tr("on the processor")
        if numbers := steps.get("gpu_layers"):
            share = 100 * numbers.get("gpu_layers", 0) // max(numbers.get("layers", 0), 1)
            return self.tr("%1 % on the graphics card").replace("%1", str(share))
        if numbers := steps.get("context"):
            length = max(numbers.get("context_tokens", 0) // 1024, 1)
            return self.tr("%1k context").replace("%1", str(length))
        return ""

    def _downloads(self, seen: Seen) -> tuple[Entry, ...]:
        shown = seen.downloads[:MAX_DOWNLOADS]
        return tuple(Entry(self._download(each), Act.OPEN, "models downloads") for each in shown)

    def _download(self, download: Download) -> str:
        name = _literal(download.name)
        if download.state == "paused":
            return self.tr("%1 – download paused").replace("%1", name)
        if download.state == "waiting":
            return self.tr("%1 – download waits").replace("%1", name)
        if download.percent is None:
            return self.tr("%1 – download begins").replace("%1", name)
        text = self.tr("%1 – %2 % downloaded").replace("%1", name)
        return text.replace("%2", str(download.percent))

    def _serving(self, seen: Seen) -> tuple[Entry, ...]:
        if seen.problem:
            return ()
        pause = Entry(
            self.tr("&Pause for other programs"),
            Act.RESUME if seen.paused else Act.PAUSE,
            checked=seen.paused,
        )
        return (pause, Entry(self.tr("Copy &address"), Act.COPY, seen.url))


def _literal(name: str) -> str:
    """A name in a menu, where an ampersand would mark a key."""
    return name.replace("&", "&&")
