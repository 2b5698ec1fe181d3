"""Makes a model of another program ours, without a copy of it."""

from desktop.core.errors import ModelFileInvalid
from desktop.models.found.scanning import FoundModel
from desktop.models.importing import Additions, Progress, Taking, import_gguf
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.names import ModelName


def adopt(
    library: Library,
    found: FoundModel,
    name: ModelName | None = None,
    *,
    progress: Progress = lambda done, total: None,
) -> InstalledModel:
    """Install a model that was found, by reference to its files.

    Each file is read once, for its digest, and linked: a hard link where the disk has them, so
    that the model stays even if the other program removes its file; else a symbolic one. The file
    itself is never changed; removing the model removes the link.

    Args:
        name: Without one, the suggested one.

    Raises:
        ModelFileInvalid: a file has vanished, is damaged, or cannot be linked.
        DiskFull: there is no room for the manifest.
    """
    if found.problem:
        raise ModelFileInvalid(found.problem)
    return import_gguf(
        library.own,
        found.files[0],
        name or found.suggested,
        additions=Additions(projectors=found.projectors),
        link=Taking.REFER,
        progress=progress,
    )
