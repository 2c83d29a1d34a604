import math

import numpy as np
import pytest
from edge.mood.streams import expression

from mien.mood.belief import LONGEST_LOOK_SECONDS
from mien.mood.look import Look
from mien.types import Emotion
from mien_training.streams.looks import side_by_side

SEEN = expression(Emotion.HAPPY)


def test_streams_lie_side_by_side_and_the_shorter_ends_with_its_last_look_again() -> None:
    short = [Look(0.0, 1, SEEN, 0.5), Look(0.2, 1, SEEN, 0.8)]
    long = [Look(0.0, None, None, 0.0), Look(0.1, 1, SEEN, 1.0), Look(0.4, 2, SEEN, 1.0), Look(5.0, 2, None, 0.0)]
    looks = side_by_side([short, long])
    assert looks.at.T.tolist() == [[0.0, 0.2, 0.2, 0.2], [0.0, 0.1, 0.4, 5.0]]
    assert looks.other.T.tolist() == [[True, False, False, False], [False, True, True, False]]
    assert looks.judged.T.tolist() == [[True, True, False, False], [False, True, True, False]]
    assert looks.probabilities[1, 0] == pytest.approx(SEEN.probabilities)
    assert looks.seconds[:, 0] == pytest.approx([0.0, 0.16, 0.0, 0.0])


def test_nobody_is_absent_since_they_were_seen_last() -> None:
    stream = [
        Look(1.0, None, None, 0.0),
        Look(2.0, 1, SEEN, 1.0),
        Look(5.0, 1, None, 0.0, 2.5),
        Look(6.0, None, None, 0.0),
    ]
    assert side_by_side([stream]).absent[:, 0].tolist() == [math.inf, 0.0, 2.5, 3.5]


def test_a_look_after_a_gap_does_not_stand_for_all_of_it() -> None:
    looks = side_by_side([[Look(0.0, 1, SEEN, 1.0), Look(60.0, 1, SEEN, 1.0)]])
    assert np.allclose(looks.seconds[:, 0], [0.0, LONGEST_LOOK_SECONDS])
    assert looks.elapsed[1, 0] == 60.0
