"""What names of GGUF files say: quantization, number of the part, projector; and which model name
to give to a file.
"""

import re
from dataclasses import dataclass
from typing import Self

from desktop.models.names import DEFAULT_TAG

MAX_PARTS = 512
_SPLIT = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})")
_QUANT = re.compile(
    r"(?:^|[-._])(?P<label>(?:UD-)?"
    r"(?:IQ\d_(?:XXS|XS|S|M|NL)|Q\d_K(?:_(?:XXS|XS|S|M|L|XL))?|Q\d_[01](?:_\d_\d)?"
    r"|TQ\d_0|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32|FP16|FP32))$",
    re.IGNORECASE,
)
_PROJECTOR = re.compile(r"(?:^|[-._])mm-?proj(?:[-._]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileName:
    """A file's name, taken apart. A file that is whole is number 1 of 1."""

    stem: str  # without the part's number and the ending
    number: int
    count: int

    @classmethod
    def of(cls, name: str) -> Self | None:
        """None for what is not a GGUF file, or a part that cannot be.

        >>> FileName.of("a-Q8_0-00002-of-00003.gguf")
        FileName(stem='a-Q8_0', number=2, count=3)
        >>> FileName.of("a.gguf"), FileName.of("a.txt"), FileName.of("a-00003-of-00002.gguf")
        (FileName(stem='a', number=1, count=1), None, None)
        """
        stem, dot, ending = name.rpartition(".")
        if not dot or not stem or ending.casefold() != "gguf":
            return None
        match = _SPLIT.fullmatch(stem)
        if match is None:
            return cls(stem, 1, 1)
        number, count = int(match["number"]), int(match["count"])
        if not 1 <= number <= count <= MAX_PARTS:
            return None
        return cls(match["stem"], number, count)

    @property
    def is_projector(self) -> bool:
        """The part of a model that sees or hears.

        >>> FileName.of("mmproj-BF16.gguf").is_projector
        True
        """
        return bool(_PROJECTOR.search(self.stem))

    @property
    def quantization(self) -> str:
        """`Q4_K_M`, `UD-IQ2_XXS`…; empty if the name says none.

        >>> FileName.of("gemma-3-4b-it-UD-Q4_K_XL.gguf").quantization
        'UD-Q4_K_XL'
        """
        match = _QUANT.search(self.stem)
        return match["label"] if match else ""

    def part(self, number: int) -> str:
        """The name of another part of the same model.

        >>> FileName.of("a-00001-of-00002.gguf").part(2)
        'a-00002-of-00002.gguf'
        """
        return f"{self.stem}-{number:05}-of-{self.count:05}.gguf"

    @property
    def model(self) -> str:
        """A name for the model, without the quantization; it may be part of a model name.

        >>> FileName.of("Llama 3.2 (1B)-Q4_K_M.gguf").model, FileName.of("..gguf").model
        ('llama-3.2-1b', 'model')
        """
        match = _QUANT.search(self.stem)
        stem = self.stem[: match.start()] if match and match.start() else self.stem
        name = re.sub(r"[^a-z0-9._-]+", "-", stem.lower())
        return re.sub(r"-{2,}", "-", name).strip("-._")[:80].rstrip("-._") or "model"

    @property
    def tag(self) -> str:
        """Quantization, or `latest`."""
        return self.quantization or DEFAULT_TAG
