from pathlib import Path

import numpy as np
import pytest
from training.music.synthetic_clips import make_clips

from mien_training.music.figures import Measured, correlation, mean_of
from mien_training.music.learning import learn, steadied
from mien_training.music.place import plane, share_within, spreads
from mien_training.music.scaling import LIMIT, Scaling
from mien_training.music.validation import cross_validate


def test_scaling_standardises_and_cuts_off() -> None:
    features = np.random.default_rng(1).normal(5.0, 3.0, (500, 4))
    features[:, 3] = 2.0
    scaling = Scaling.of(features)
    np.testing.assert_allclose(scaling.apply(features)[:, :3].mean(axis=0), 0.0, atol=0.02)
    assert scaling.apply(features + 1e9).max() == LIMIT
    np.testing.assert_array_equal(scaling.apply(features)[:, 3], 0.0)


def test_targets_move_half_way_to_their_quadrants_mean() -> None:
    targets = np.array([[0.0, 2.0], [2.0, 0.0], [9.0, 9.0]])
    found = steadied(targets, np.array(["1", "1", ""]))
    np.testing.assert_allclose(found, [[0.5, 1.5], [1.5, 0.5], [9.0, 9.0]])


def test_only_the_chosen_rows_are_learned_from(tmp_path: Path) -> None:
    clips, heard = make_clips(tmp_path)
    rows = np.arange(len(clips)) < 60
    model = learn(heard.features, clips, rows, heard.blocks)
    changed = heard.features.copy()
    changed[60:] = 1e6
    other = learn(changed, clips, rows, heard.blocks)
    np.testing.assert_array_equal(model.predict(heard.features[:5]), other.predict(heard.features[:5]))


def test_cross_validation_finds_what_is_there_and_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    clips, heard = make_clips(tmp_path)
    done: list[None] = []
    means = cross_validate(heard.features, clips, heard.blocks, 1, lambda: done.append(None))
    assert len(done) == 10
    for axis in (0, 1):
        assert correlation(means[:, axis], clips.targets[:, axis], clips.groups).low > 0.7
    chance = np.random.default_rng(3).standard_normal(heard.features.shape)
    nothing = cross_validate(chance, clips, heard.blocks, 1, lambda: None)
    assert abs(np.corrcoef(nothing[:, 0], clips.targets[:, 0])[0, 1]) < 0.35


def test_the_interval_is_wider_when_artists_have_many_clips() -> None:
    random = np.random.default_rng(1)
    artist = np.repeat(random.standard_normal(20), 10)
    means, targets = artist, artist * np.repeat(random.choice([1.0, -0.2], 20), 10)
    grouped = correlation(means, targets, np.repeat(np.arange(20), 10))
    alone = correlation(means, targets, np.arange(200))
    assert grouped.low <= grouped.value <= grouped.high
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_the_mean_of_figures() -> None:
    found = mean_of([Measured(0.25, 0.0, 0.5, 7), Measured(0.75, 0.5, 1.0, 7)])
    assert found == Measured(0.5, 0.25, 0.75, 7)


@pytest.mark.parametrize("error", [0.3, 0.5, 0.8])
def test_spreads_are_those_of_labels_drawn_about_the_means(error: float) -> None:
    random = np.random.default_rng(1)
    means = np.array([-1.5, -0.5, 0.0, 1.0])
    labels = np.tanh(means + error * random.standard_normal((20000, 4)))
    drawn = np.sqrt(np.square(labels - plane(means)).mean(axis=0))
    np.testing.assert_allclose(spreads(means, error), drawn, rtol=0.15)


def test_most_labels_lie_within_their_spread() -> None:
    random = np.random.default_rng(1)
    means = random.normal(0.0, 0.7, 5000)
    targets = means + 0.6 * random.standard_normal(5000)
    assert share_within(means, targets, 0.6, 1).value == pytest.approx(0.68, abs=0.08)
    assert share_within(means, targets, 0.6, 2).value == pytest.approx(0.95, abs=0.03)
    assert share_within(means, targets, 0.1, 1).value < 0.3
