"""Names of models: `[scheme://][host/][namespace/]model[:tag]`, as Ollama reads and shows them."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from desktop.core.errors import ModelNameInvalid, NotSupported

DEFAULT_HOST = "registry.ollama.ai"
DEFAULT_NAMESPACE = "library"
DEFAULT_TAG = "latest"

_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}")
_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_MODEL_OR_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True)
class ModelName:
    """The four parts of a name, each in the spelling it was written in."""

    host: str
    namespace: str
    model: str
    tag: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name from the right; parts that are missing get Ollama's defaults.

        Raises:
            ModelNameInvalid: a part is empty, too long, or has a character it may not have.

        >>> ModelName.parse("llama3.2").full
        'registry.ollama.ai/library/llama3.2:latest'
        >>> ModelName.parse("hf.co/user/repo:Q4_K_M")
        ModelName(host='hf.co', namespace='user', model='repo', tag='Q4_K_M')
        """
        rest = text.split("://", 1)[-1]
        tag = DEFAULT_TAG
        if rest.rfind(":") > rest.rfind("/"):
            rest, tag = rest.rsplit(":", 1)
        parts = rest.rsplit("/", 2)
        model = parts.pop()
        namespace = parts.pop() if parts else DEFAULT_NAMESPACE
        host = parts.pop() if parts else DEFAULT_HOST
        return cls.of_parts(host, namespace, model, tag)

    @classmethod
    def of_parts(cls, host: str, namespace: str, model: str, tag: str) -> Self:
        """A name whose four parts are known; raises as `parse` does."""
        name = cls(host, namespace, model, tag)
        if not name._is_valid():
            raise ModelNameInvalid()
        return name

    def _is_valid(self) -> bool:
        return bool(
            _HOST.fullmatch(self.host)
            and _NAMESPACE.fullmatch(self.namespace)
            and _MODEL_OR_TAG.fullmatch(self.model)
            and _MODEL_OR_TAG.fullmatch(self.tag)
        )

    @property
    def short(self) -> str:
        """What people see: default host and namespace left out, the tag always there.

        >>> ModelName.parse("library/llama3.2").short, ModelName.parse("hf.co/user/repo").short
        ('llama3.2:latest', 'hf.co/user/repo:latest')
        """
        if self.host.casefold() != DEFAULT_HOST:
            return self.full
        if self.namespace.casefold() == DEFAULT_NAMESPACE:
            return f"{self.model}:{self.tag}"
        return f"{self.namespace}/{self.model}:{self.tag}"

    @property
    def full(self) -> str:
        return f"{self.host}/{self.namespace}/{self.model}:{self.tag}"

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return (self.host, self.namespace, self.model, self.tag)

    @property
    def path(self) -> PurePosixPath:
        """The manifest's place, relative to the folder `manifests`."""
        return PurePosixPath(*self.parts)

    @property
    def folded(self) -> tuple[str, ...]:
        """The parts as lookups compare them: without regard to case."""
        return tuple(part.casefold() for part in self.parts)


def without_source(text: str) -> str:
    """The name with a `:local` at its end removed: here every model is local.

    Raises:
        NotSupported: the name asks for Ollama's cloud (`:cloud`, or a tag that ends in `-cloud`).
        ModelNameInvalid: it asks for both.

    >>> without_source("qwen3:8b:local"), without_source("qwen3:local"), without_source("qwen3:8b")
    ('qwen3:8b', 'qwen3', 'qwen3:8b')
    """
    rest, is_local, is_cloud = text, False, False
    while True:
        head, colon, tail = rest.rpartition(":")
        suffix = tail.casefold() if colon and "/" not in tail else ""
        if suffix == "local":
            is_local, rest = True, head
        elif suffix == "cloud":
            is_cloud, rest = True, head
        elif suffix.endswith("-cloud"):
            is_cloud, rest = True, rest[: -len("-cloud")]
        else:
            break
    if is_local and is_cloud:
        raise ModelNameInvalid(f'use either :local or :cloud, not both: "{text}"')
    if is_cloud:
        raise NotSupported("ollama cloud is disabled: remote model is unavailable", status=403)
    return rest
