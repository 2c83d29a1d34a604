import math

import numpy as np
import pytest
from development_data import development_data
from numpy.typing import NDArray
from training.streams.small_pool import small_pool

from mien.types import Emotion
from mien_training.streams.clip_truth import CLIP_TRUTHS, held
from mien_training.streams.compose import compose
from mien_training.streams.persistence import LAGS_SECONDS, Piece, clip_pieces, persistence, pieces_of
from mien_training.streams.pool import Kind


def piece(log_odds: NDArray[np.float64]) -> Piece:
    return Piece(np.arange(len(log_odds)) / 25.0, log_odds, log_odds > 0)


def test_a_face_that_is_misread_all_the_time_is_told_from_one_that_is_misread_now_and_then() -> None:
    blinking = np.ones(100)
    blinking[[10, 11, 12, 50]] = -1.0
    measured = persistence([piece(blinking), piece(np.full(100, -1.0))])
    assert (measured.pieces, measured.frames_right, measured.mostly_wrong) == (2, 0.48, 0.5)
    assert (measured.wrong_median, measured.wrong_90) == pytest.approx((0.08, 0.112))
    assert measured.between == pytest.approx(0.96**2)
    assert measured.within == pytest.approx(0.5 * (1 - 0.92**2))


def test_noise_from_frame_to_frame_is_told_from_a_slow_change() -> None:
    rng = np.random.default_rng(1)
    fast = persistence([piece(rng.standard_normal(3000))])
    slow = persistence([piece(np.cumsum(0.05 * rng.standard_normal(3000)))])
    assert fast.variogram == pytest.approx([1.0] * len(LAGS_SECONDS), rel=0.1)
    assert slow.variogram[-1] > 20 * slow.variogram[0]


def test_lags_beyond_a_piece_are_unknown() -> None:
    assert math.isnan(persistence([piece(np.zeros(20))]).variogram[-1])


def test_a_composed_stream_is_cut_into_pieces_of_one_mood() -> None:
    stream = compose(small_pool(misread={Emotion.HAPPY: Emotion.SAD}), 1, 0.2, 12.0, Kind.CLEAR)
    pieces = pieces_of(stream.observations, stream.truth)
    assert len(pieces) > 60
    assert all(one.at[-1] - one.at[0] <= 5.0 for one in pieces)
    measured = persistence(pieces)
    happy = sum(one.seconds for one in stream.truth.segments if one.emotion is Emotion.HAPPY)
    there = sum(one.seconds for one in stream.truth.segments if one.emotion)
    assert measured.mostly_wrong == pytest.approx(happy / there, abs=0.05)


def test_what_is_played_is_not_held() -> None:
    assert [one.start for one in held("lp_d14.mp4").segments] == [16.5]
    assert held("lp_s18.mp4") == CLIP_TRUTHS["lp_s18.mp4"]


@pytest.mark.slow
def test_in_the_clips_errors_are_blips_or_last() -> None:
    measured = persistence(clip_pieces(development_data("videos"), only_held=True))
    assert measured.frames_right > 0.9
    assert measured.wrong_90 < 0.5
    assert measured.between > 3 * measured.within
