"""The same surroundings as the models window has."""

from tests.ui.models.conftest import scripted_server, server, stage, stage_at

__all__ = ["scripted_server", "server", "stage", "stage_at"]
