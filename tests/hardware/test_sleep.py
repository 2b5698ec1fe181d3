"""A machine that has slept."""

from desktop.hardware.sleep import SHORTEST_S, SleepWatch, slept_s


def test_a_wake_is_told_once() -> None:
    slept = [100.0]
    watch = SleepWatch(lambda: slept[0])
    told: list[str] = []
    watch.on_wake(lambda: told.append("first"))
    watch.on_wake(lambda: told.append("second"))
    assert not watch.look()
    slept[0] += SHORTEST_S / 2
    assert not watch.look()
    slept[0] += 3600
    assert watch.look()
    assert not watch.look()
    assert told == ["first", "second"]


def test_a_clock_that_is_set_back_is_no_sleep() -> None:
    slept = [100.0]
    watch = SleepWatch(lambda: slept[0])
    slept[0] -= 50
    assert not watch.look()
    slept[0] += 10
    assert watch.look()


def test_this_machine_is_awake() -> None:
    watch = SleepWatch()
    assert not watch.look()
    assert slept_s() > -1
