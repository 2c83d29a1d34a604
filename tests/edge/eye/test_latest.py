import threading

from mien.eye.latest import Latest


def test_the_newest_wins() -> None:
    slot: Latest[int] = Latest()
    for value in range(5):
        slot.put(value)
    assert slot.take(0) == 4
    assert slot.take(0) is None


def test_a_reader_wakes_when_a_value_comes() -> None:
    slot: Latest[int] = Latest()
    got: list[int | None] = []
    reader = threading.Thread(target=lambda: got.append(slot.take(10)))
    reader.start()
    slot.put(7)
    reader.join(5)
    assert got == [7]


def test_the_last_value_is_given_before_the_end() -> None:
    slot: Latest[int] = Latest()
    slot.put(1)
    slot.close()
    assert not slot.ended
    assert slot.take(10) == 1
    assert slot.ended
    assert slot.take(10) is None
