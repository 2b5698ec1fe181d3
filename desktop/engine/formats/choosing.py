"""Which format a model answers in, by the marks in its chat template."""

from desktop.engine.formats.format import Format
from desktop.engine.formats.plain import Plain


def choose(template: str, architecture: str) -> Format:
    """The format of a model.

    Args:
        template: The chat template that makes the prompt, Jinja or in Go's language.
        architecture: `general.architecture` of the file, for models whose template tells nothing.
    """
    return Plain()
