"""What a model is to be made of, as it is asked for, checked as far as the words alone allow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.errors import ModelFileInvalid, RequestInvalid
from desktop.models.manifests import digest_hex
from desktop.models.names import ModelName

Files = Mapping[str, str]  # relative path: digest of a blob

_NUMBERS = ("context_length", "embedding_length")
_TEXTS = ("model_family", "base_name", "quantization_level", "parameter_size")
_OFF_PATH = re.compile(r"(?:^|/)(?:\.{0,2})(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOrder:
    """A new model. Empty fields leave what the source has as it is.

    `source` is the name of a model, `info` says what the config is to tell instead of the file.
    """

    name: ModelName
    source: str = ""
    files: Files | None = None
    adapters: Files | None = None
    drafts: Files | None = None
    template: str = ""
    system: str = ""
    renderer: str = ""
    parser: str = ""
    requires: str = ""
    licenses: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    quantize: str = ""
    draft_quantize: str = ""
    info: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raises RequestInvalid for what cannot work whatever the files are."""
        for files in (self.files, self.adapters, self.drafts):
            for path, digest in (files or {}).items():
                _check_file(path, digest)
        if self.draft_quantize and not self.drafts:
            raise RequestInvalid("--draft-quantize requires a DRAFT model")


def read_info(info: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of the config blob, under its own names.

    Raises:
        RequestInvalid: a field is of the wrong type.
    """
    names = {"quantization_level": "file_type", "parameter_size": "model_type"}
    found: dict[str, Any] = {}
    for name in _TEXTS:
        if (value := info.get(name)) is not None:
            if not isinstance(value, str):
                raise RequestInvalid(f'info field "{name}" must be a string')
            found[names.get(name, name)] = value
    for name in _NUMBERS:
        if (value := info.get(name)) is not None:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise RequestInvalid(f'info field "{name}" must be a number')
            if not 0 <= value < 2**53 or value != int(value):
                raise RequestInvalid(f'info field "{name}" must be a non-negative integer')
            found[name] = int(value)
    if (value := info.get("capabilities")) is not None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise RequestInvalid('info field "capabilities" must be a list of strings')
        found["capabilities"] = value
    return found


def _check_file(path: str, digest: str) -> None:
    """A path is `a/b.gguf`: nothing of it leads elsewhere, and it is never used as one."""
    if not path or "\0" in path or (path != "." and _OFF_PATH.search(path)):
        raise RequestInvalid("file path must be relative")
    try:
        digest_hex(digest)
    except ModelFileInvalid as error:
        raise RequestInvalid("invalid digest format") from error
