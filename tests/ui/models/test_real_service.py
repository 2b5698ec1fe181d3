"""The models window against the real service: a download from a registry, an import, a deletion."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.models.registry.endpoints import Endpoints
from desktop.ui.models.offers import Offer, Product
from desktop.ui.models.window import ModelsWindow
from tests import tiny_gguf
from tests.api.served import Served, serving
from tests.models.hub_server import HubServer
from tests.registry_server import RegistryServer
from tests.ui.models.conftest import Set

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints")]
TINY = Product(key="t", title="Tiny", sentence="", offers=(Offer(name="tiny", label=""),))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    weights = tmp_path / "tiny.gguf"
    tiny_gguf.write_script_model(weights, "Hello")
    content = {"library/tiny:latest": {"model": weights.read_bytes(), "license": b"MIT"}}
    with HubServer() as hub, RegistryServer(content) as registry:
        endpoints = Endpoints(bases={"registry.ollama.ai": registry.url}, hub=hub.url)
        with serving(tmp_path, tmp_path / "models", endpoints) as service:
            yield service


def test_a_model_comes_and_goes(
    served: Served, stage_at: Set, qtbot: QtBot, tmp_path: Path
) -> None:
    window = ModelsWindow(stage_at(served.url).context)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: len(window.recommended_tab.list.widgets) > 1)
    window.recommended_tab.wanted.emit(TINY, TINY.first)
    dialog = window.asking_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.start.isEnabled)
    assert dialog.free.text() != "not known"
    dialog.start.click()
    qtbot.waitUntil(lambda: "tiny:latest" in window.installed.names)
    window.show_at(f"import:{tmp_path / 'tiny.gguf'}")
    qtbot.waitUntil(lambda: len(window.installed.rows) == 2)
    models = str(served.models)
    qtbot.waitUntil(lambda: all(row.folder == models for row in window.installed.rows))
    window.removals.hold_ms = 1
    window.removals.hold("tiny:latest")
    qtbot.waitUntil(lambda: "tiny:latest" not in window.installed.names)
    assert len(served.http.get("/api/tags").json()["models"]) == 1
    window.show_at("search")
    qtbot.waitUntil(lambda: bool(window.search.products))
    window.close()
