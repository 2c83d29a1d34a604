from pathlib import Path

import numpy as np
import pytest
from edge.music.hearing.synthetic_sounds import RATE, drums, soft_minor_pad
from training.music.synthetic_clips import make_clips, write_labels
from typer.testing import CliRunner

from mien.errors import UnreadableError
from mien.music.hearing.ear import Listener
from mien.music.hearing.tag_network import shipped_tag_network
from mien.music.hearing.traits import WORDS
from mien_training.__main__ import app
from mien_training.errors import TrainingError
from mien_training.music.clips import read_clips
from mien_training.music.hearing import hear_clips
from mien_training.music.run import HEARD, FinishedRun, save_run, trait_weights, validate


def test_a_run_is_saved_and_says_the_same_when_read(tmp_path: Path) -> None:
    clips, heard = make_clips(tmp_path)
    validated = validate(heard, clips, [1], lambda: None)
    save_run(tmp_path, heard, clips, validated, [1])
    run = FinishedRun.load(tmp_path)
    assert run.facts["figures"]["one/valence"]["value"] == validated.figures["one/valence"].value > 0.7
    assert {"one/arousal within 1 spread", "two/valence within 2 spread"} <= set(run.facts["figures"])
    means = run.model().predict(heard.features)
    assert np.corrcoef(means[:, 1], clips.targets[:, 1])[0, 1] > 0.9
    assert run.facts["counts"] == {"one": 60, "two": 30}


def test_weights_of_words_follow_the_labels(tmp_path: Path) -> None:
    clips, heard = make_clips(tmp_path)
    features = heard.features.copy()
    column = heard.names.index("roughness")
    features[:, column] = -clips.targets[:, 0]
    heard = type(heard)(features, heard.names)
    weights = trait_weights(heard, clips)
    assert weights.shape == (len(WORDS), 2)
    assert weights[list(WORDS).index("roughness"), 0] < -0.05


def test_an_unfinished_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no finished run"):
        FinishedRun.load(tmp_path)


def test_clips_are_heard_once(tmp_path: Path) -> None:
    import soundfile

    write_labels(tmp_path, 2)
    (tmp_path / "clips").mkdir()
    for number, sound in enumerate((drums(120, seconds=3.2), soft_minor_pad()[: 3 * RATE])):
        soundfile.write(tmp_path / "clips" / f"clip{number}.wav", sound, RATE)
    clips, kept, steps = read_clips(tmp_path), tmp_path / "run" / "heard.npz", []
    first = hear_clips(clips, shipped_tag_network(), kept, lambda: steps.append(1))
    assert len(steps) == 2
    assert first.features.shape == (2, len(first.names))
    assert [block.stop - block.start for block in first.blocks][1:] == [50, 200]
    (tmp_path / "clips" / "clip0.wav").unlink()
    again = hear_clips(clips, shipped_tag_network(), kept, lambda: None)
    np.testing.assert_array_equal(first.features, again.features)
    kept.unlink()
    with pytest.raises(UnreadableError):
        hear_clips(clips, shipped_tag_network(), kept, lambda: None)


def test_the_command_shows_figures_of_what_was_heard_before(tmp_path: Path) -> None:
    clips, _ = make_clips(tmp_path, count=40)
    listener, run = Listener(shipped_tag_network()), tmp_path / "run"
    run.mkdir()
    features = np.random.default_rng(1).standard_normal((40, len(listener.names))).astype(np.float32)
    np.savez(run / HEARD, version=listener.version, files=[path.name for path in clips.files], features=features)
    words = ["music", str(tmp_path), str(run), "--seeds", "4"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert "one/valence" in result.stdout
    assert FinishedRun.load(run).facts["settings"]["seeds"] == [4]
    with pytest.raises(TrainingError, match="are not seeds"):
        CliRunner().invoke(app, [*words[:-1], "four"], catch_exceptions=False)
