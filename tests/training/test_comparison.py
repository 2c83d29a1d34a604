import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic_faces import make_faces

from mien_training.comparison import Outcome, figures_of, half_widths, outcome, write_comparison

FACES = make_faces(700)
Answers = NDArray[np.float32]


def answers(share_right: float, seed: int) -> Answers:
    """Return answers of which both heads' share is right, the rest at random."""
    rng = np.random.default_rng(seed)
    said = np.where(rng.random((len(FACES), 2)) < share_right, FACES.labels[:, np.newaxis], rng.integers(7, size=2))
    return np.eye(7, dtype=np.float32)[said]


def measured(name: str, *runs: Answers) -> Outcome:
    return outcome(name, "" if name == "base" else "mix=0", "why?", runs, FACES)


def test_figures_by_hand() -> None:
    said = np.stack([FACES.labels, np.roll(FACES.labels, 1)], axis=1)
    said[FACES.labels == 3, 0] = 4  # happy is never found
    figures = figures_of(np.eye(7, dtype=np.float32)[said], FACES.labels, FACES.labels)
    assert figures["accuracy on labels"] == pytest.approx(6 / 7)
    assert figures["worst recall"] == 0
    assert figures["macro-F1"] == pytest.approx((5 + 0 + 2 / 3) / 7)
    assert figures["accuracy on votes"] == 0


def test_without_votes_none_are_judged() -> None:
    assert "accuracy on votes" not in figures_of(answers(0.5, 1), FACES.labels, None)


def test_the_base_and_what_answers_alike_differ_by_nothing_for_sure() -> None:
    run = answers(0.7, seed=1)
    assert half_widths([measured("base", run), measured("same", run)]).max() == 0


def test_the_same_pictures_are_compared() -> None:
    """Ten answers changed for the better are sure, though each share alone is known to three points."""
    base = answers(0.7, seed=1)
    better = base.copy()
    wrong = np.flatnonzero(base[:, 0].argmax(1) != FACES.labels)[:14]
    better[wrong, 0] = np.eye(7)[FACES.labels[wrong]]
    outcomes = [measured("base", base), measured("better", better)]
    assert outcomes[1].by_seed[0, 0] - outcomes[0].by_seed[0, 0] == pytest.approx(0.02)
    assert half_widths(outcomes)[1, 0] == pytest.approx(1.96 * np.sqrt(0.02 * 0.98 / 700), rel=0.15)


def test_seeds_that_disagree_widen_every_interval() -> None:
    calm = [measured("base", *(answers(0.7, seed) for seed in (1, 2))), measured("calm", *[answers(0.7, 3)] * 2)]
    wild = measured("wild", answers(0.5, 1), answers(0.9, 2))
    assert half_widths([*calm, wild])[1, 0] > 2 * half_widths(calm)[1, 0]


def test_the_seeds_part_is_that_of_a_difference_of_two_means() -> None:
    """Without doubt about the pictures (all draws alike), variances of 1 and 9 pool to 5."""
    draws = np.ones((4, 1))
    base = Outcome("base", "", "", ("accuracy",), np.array([[0.0], [1.0], [2.0]]), draws)
    other = Outcome("other", "mix=0", "", ("accuracy",), np.array([[0.0], [3.0], [6.0]]), draws)
    assert half_widths([base, other])[1, 0] == pytest.approx(1.96 * np.sqrt(2 * 5 / 3), rel=1e-4)


def test_tables_say_the_same_for_people_and_programs(tmp_path: Path) -> None:
    write_comparison(tmp_path / "ablation", [measured("base", answers(0.6, 1)), measured("better", answers(0.8, 2))])
    base, better = csv.DictReader((tmp_path / "ablation.csv").read_text().splitlines())
    assert float(base["accuracy on labels difference"]) == 0
    low, change, high = (float(better[f"accuracy on labels difference{part}"]) for part in (" low", "", " high"))
    assert low < change < high
    assert float(better["accuracy on labels"]) == pytest.approx(float(base["accuracy on labels"]) + change, abs=2e-5)
    line = next(line for line in (tmp_path / "ablation.md").read_text().splitlines() if line.startswith("| better"))
    assert f"({100 * change:+.1f}, {100 * low:+.1f} to {100 * high:+.1f})" in line
