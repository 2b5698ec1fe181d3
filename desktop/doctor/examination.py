"""`puna doctor`: everything that could be wrong with this Puna, looked at in one go.

Works with and without a running server, changes nothing, and asks nobody outside this machine
unless it is told to.
"""

from collections.abc import Callable, Mapping

from desktop.core import discovery
from desktop.core.errors import SettingInvalid
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings
from desktop.core.version import PUNA_VERSION
from desktop.doctor import machine, network, program, storage
from desktop.doctor.finding import Finding, Report, Section
from desktop.engine.devices import DeviceProbe


async def examine(
    paths: Paths,
    environ: Mapping[str, str],
    schemas: dict[str, int],
    check: Callable[[Settings], None],
    *,
    online: bool = False,
) -> Report:
    """Look at all of it; takes a second, since llama.cpp is asked in a process of its own.

    Args:
        schemas: Newest version of each database that this Puna can read, by its file's stem.
        check: Raises AppError at settings with which the server does not start.
        online: Connect to where models come from, too.
    """
    probe = DeviceProbe()
    devices = await probe.look()
    await probe.close()
    settings = _settings(paths, environ)
    models = settings.models_folder or paths.models
    running = discovery.read(paths.discovery_file)
    parts: dict[str, list[Finding]] = {
        "Puna": list(program.program(environ)),
        "Machine": list(machine.machine(devices)),
        "Server": [
            *await network.server(paths, environ),
            network.port(settings.port, running.pid if running else None),
        ],
        "Folders": list(
            storage.folders(paths, models, models_chosen=settings.models_folder is not None)
        ),
        "Databases": list(storage.databases(paths, schemas)),
        "Settings": list(program.settings(paths, environ, check)),
        "Network": list(network.ways_out(environ)),
    }
    if online:
        parts["Network"] += network.hubs()
    sections = [Section(title=title, findings=findings) for title, findings in parts.items()]
    healthy = not any(each.problem for part in sections for each in part.findings)
    return Report(version=PUNA_VERSION, healthy=healthy, sections=sections)


def _settings(paths: Paths, environ: Mapping[str, str]) -> Settings:
    try:
        return Preferences(paths.settings_file, environ).current
    except SettingInvalid:  # told among the settings
        return Settings()
