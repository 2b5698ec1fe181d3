"""Writes what the frozen application is made of, as CycloneDX 1.6."""

import json
import uuid
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from licenses import Component as Part
from packageurl import PackageURL

_SEED = uuid.UUID("5b2ad2a6-6f5c-4b6a-9a0c-0b9d7f4a61c1")


def write_bill(parts: list[Part], version: str, target: Path) -> None:
    """Raises ValueError if the result is not what the standard describes."""
    app = Component(
        type=ComponentType.APPLICATION,
        name="puna",
        version=version,
        purl=PackageURL.from_string(f"pkg:generic/puna@{version}"),
        bom_ref="puna",
    )
    bill = Bom(
        serial_number=uuid.uuid5(_SEED, "\n".join(part.purl for part in parts)),
        metadata=BomMetaData(component=app),
        components=[_component(part) for part in parts],
    )
    bill.register_dependency(app, bill.components)
    text = JsonV1Dot6(bill).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        raise ValueError(f"the bill of materials is wrong: {wrong}")
    target.write_text(json.dumps(json.loads(text), indent=1) + "\n", encoding="utf-8")


def _component(part: Part) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version,
        purl=PackageURL.from_string(part.purl),
        bom_ref=part.purl,
        licenses=[LicenseFactory().make_from_string(part.license)] if part.license else [],
    )
