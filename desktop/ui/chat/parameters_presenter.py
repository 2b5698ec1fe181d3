"""How a model is to answer: what the user set, and what holds where nothing was set."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.client.answers import LoadedModel
from desktop.client.client import Client
from desktop.client.measuring import Card, Measuring
from desktop.core.errors import AppError
from desktop.history.records import Manner
from desktop.ui.preferences import Preferences

USUAL = {
    "temperature": 0.8,
    "top_p": 0.9,
    "top_k": 40.0,
    "min_p": 0.0,
    "repeat_penalty": 1.0,
    "seed": -1.0,
    "num_predict": -1.0,
    "num_gpu": -1.0,
}
"""Of models that name none of their own."""
LEVEL_ARCHITECTURES = ("gptoss", "gpt-oss")  # think always, more or less
LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What matters about the model that will answer. Tokens are 0 where they are not known."""

    model: str = ""
    usual: dict[str, float] = field(default_factory=lambda: dict(USUAL))
    can_think: bool = False
    has_levels: bool = False
    most_context_tokens: int = 0


class ParametersPresenter(QObject):
    """The choices hold for one chat; what new chats begin with is kept in the preferences."""

    changed = Signal()
    """Something that is sent has another value, because the user wants it."""
    shown = Signal()
    """It is another chat."""
    defaults_changed = Signal()
    looked = Signal(object)  # ModelFacts

    def __init__(self, client: Client, preferences: Preferences) -> None:
        super().__init__()
        self._measuring = Measuring(client.wire)
        self._preferences = preferences
        self._options: dict[str, float] = {}
        self._system, self._think = "", ""
        self._model = ""
        self.facts = ModelFacts()
        self._take(self.defaults)

    @property
    def defaults(self) -> Manner:
        """What new chats begin with."""
        kept = self._preferences.choices
        return Manner(system=kept.system, options=dict(kept.parameters), think=kept.think)

    @property
    def manner(self) -> Manner:
        """All that was chosen for this chat."""
        return Manner(system=self._system, options=dict(self._options), think=self._think)

    @property
    def options(self) -> dict[str, float]:
        """Only what the user set."""
        return dict(self._options)

    @property
    def system(self) -> str:
        return self._system

    @property
    def think(self) -> bool | str | None:
        """None: as the model does it by itself, or cannot do it at all."""
        if not self.facts.can_think or not self._think:
            return None
        if self.facts.has_levels:
            return self._think if self._think in LEVELS else None
        return {"on": True, "off": False}.get(self._think, True)

    @property
    def thinking_choice(self) -> str:
        """As it is kept; empty: nothing was chosen."""
        return self._think

    @property
    def presets(self) -> dict[str, str]:
        return dict(self._preferences.choices.presets)

    def show(self, manner: Manner | None) -> None:
        """That of another chat; None: as new chats begin."""
        self._take(manner or self.defaults)
        self.shown.emit()

    def keep_for_new(self) -> None:
        """New chats begin as this one is."""
        manner = self.manner
        options: dict[str, Any] = dict(manner.options)
        self._preferences.change(parameters=options, system=manner.system, think=manner.think)
        self.defaults_changed.emit()

    def set_option(self, name: str, value: float | None) -> None:
        """None takes the choice back."""
        before = dict(self._options)
        self._options.pop(name, None)
        if value is not None:
            self._options[name] = value
        if self._options != before:
            self.changed.emit()

    def set_system(self, text: str) -> None:
        if text != self._system:
            self._system = text
            self.changed.emit()

    def set_think(self, choice: str) -> None:
        if choice != self._think:
            self._think = choice
            self.changed.emit()

    def reset(self) -> None:
        """Everything as the model has it; the instructions stay."""
        self._options = {}
        self._think = ""
        self.changed.emit()

    def save_preset(self, name: str, text: str) -> None:
        """Replaces one of the same name."""
        self._preferences.change(presets=self.presets | {name: text})

    def remove_preset(self, name: str) -> None:
        left = {each: text for each, text in self.presets.items() if each != name}
        self._preferences.change(presets=left)

    def _take(self, manner: Manner) -> None:
        self._options = dict(manner.options)
        self._system, self._think = manner.system, manner.think

    async def look(self, model: str) -> None:
        """What the model has by itself. One that cannot be asked has what is usual."""
        self._model = model
        if not model:
            facts = ModelFacts()
        else:
            try:
                card = await self._measuring.card(model)
                loaded = await self._measuring.loaded(model)
                tokens = await self._context_tokens(model, loaded)
                facts = _facts(model, card, tokens)
            except AppError:
                facts = ModelFacts(model=model)
        if self._model == model:  # else another was asked for meanwhile
            self.facts = facts
            self.looked.emit(facts)

    async def _context_tokens(self, model: str, loaded: LoadedModel | None) -> int:
        """Without a choice of ours; what is loaded may have been loaded with one."""
        if loaded is not None and "num_ctx" not in self._options:
            return loaded.context_length
        return (await self._measuring.need(model)).context_tokens


def _facts(model: str, card: Card, context_tokens: int) -> ModelFacts:
    usual = USUAL | card.usual
    if context_tokens:
        usual["num_ctx"] = float(context_tokens)
    return ModelFacts(
        model=model,
        usual=usual,
        can_think="thinking" in card.capabilities,
        has_levels=card.architecture in LEVEL_ARCHITECTURES,
        most_context_tokens=card.most_context_tokens,
    )
