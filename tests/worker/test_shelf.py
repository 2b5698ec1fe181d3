"""What is kept of conversations that have left the KV cache."""

import ctypes

from desktop.worker.shelf import Checkpoint, Shelf, Shelved, State


def state(size_bytes: int) -> State:
    return (ctypes.c_uint8 * size_bytes)()


def test_checkpoints_count_and_the_least_recently_used_goes_first() -> None:
    shelf = Shelf(0, limit_bytes=100)
    items = [Shelved([number], [Checkpoint(1, state(20))], 0, state(20)) for number in range(3)]
    shelf.put(items[0])
    shelf.put(items[1])
    assert shelf.items == items[:2]
    shelf.touch(items[0])
    shelf.put(items[2])
    assert shelf.items == [items[0], items[2]]
