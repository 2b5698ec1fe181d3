"""What stands beside the conversation: which model, how it answers, what is attached."""

from dataclasses import dataclass

from desktop.ui.chat.attachments import AttachmentStrip, make_attachments
from desktop.ui.chat.parameters import ParameterPanel, make_parameters
from desktop.ui.chat.picker import ModelPicker, make_picker
from desktop.ui.chat.prompting import Terms
from desktop.ui.context import Context


@dataclass(frozen=True, slots=True)
class SideParts:
    """They know nothing of each other: `follow` makes them go together."""

    picker: ModelPicker
    parameters: ParameterPanel
    attachments: AttachmentStrip

    def terms(self) -> Terms:
        self.parameters.settle()
        return Terms(
            model=self.picker.model(),
            system=self.parameters.system(),
            options=self.parameters.options(),
            think=self.parameters.think(),
            manner=self.parameters.manner(),
        )

    def follow(self) -> None:
        """The model or its context is another one now."""
        model = self.picker.model()
        self.parameters.set_model(model)
        self.attachments.set_model(model, self._context_tokens())

    def connect(self) -> None:
        self.parameters.changed.connect(self._on_parameters)
        self.attachments.context_asked.connect(
            lambda tokens: self.parameters.set_option("num_ctx", tokens)
        )

    def _on_parameters(self) -> None:
        self.attachments.set_model(self.picker.model(), self._context_tokens())

    def _context_tokens(self) -> int:
        return int(self.parameters.options().get("num_ctx", 0))


def make_side_parts(context: Context) -> SideParts:
    """All of them, for one window."""
    parts = SideParts(make_picker(context), make_parameters(context), make_attachments(context))
    parts.connect()
    return parts
