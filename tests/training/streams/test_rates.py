import pytest
from training.streams.small_pool import small_pool

from mien_training.streams.rates import Alike, compare_rates


def test_a_change_is_within_a_time_where_both_made_it() -> None:
    alike = Alike(6, (0.1, -0.1, 0.5), 1)
    assert [alike.share_within(seconds) for seconds in (0.05, 0.2, 1.0)] == [0.0, 0.5, 0.75]
    assert Alike(6, (), 0).share_within(1.0) == 0.0


def test_the_same_stream_is_decided_alike_at_fewer_frames_a_second() -> None:
    halved, quartered, eighth = compare_rates(small_pool(sure=0.9), 1, 0.15)
    assert (halved.frames_per_second, quartered.frames_per_second, eighth.frames_per_second) == (12, 6, 3)
    assert halved.share_within(1 / 12) > 0.8
    assert quartered.share_within(1 / 6) > 0.8
    assert eighth.share_within(1 / 3 + 1e-9) > 0.8
    assert all(abs(one) <= 1.0 for one in (*halved.differences, *eighth.differences))
    assert pytest.approx(len(halved.differences), abs=4) == len(eighth.differences)
