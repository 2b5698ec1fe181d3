"""The threads of one download."""

import threading

import pytest

from desktop.models.downloads.crew import Crew

DEADLINE_S = 30.0


def test_a_thread_that_the_system_refuses_is_waited_for_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    crew = Crew()
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            crew.start(lambda: None, "first")
    ending = threading.Thread(target=crew.disband, daemon=True)
    ending.start()
    ending.join(DEADLINE_S)
    assert not ending.is_alive()
