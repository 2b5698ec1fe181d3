"""The service that the clients talk to is the one of the API's tests."""

from tests.api.conftest import _no_bug_was_logged, puna, shelf

__all__ = ["_no_bug_was_logged", "puna", "shelf"]
