"""Compares variations of a training run with their base: figures, differences, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien_training.data import FaceSet, plurality_labels
from mien_training.evaluate import NORMAL_95, Labels, accuracy, macro_f1, recalls
from mien_training.tables import Row, write_csv, write_markdown

DRAWS = 500
EXPLANATION = (
    "In percent, on the validation part, the same for all; the mean over the seeds. In brackets the difference from "
    "the base and its 95 % interval: a normal one, whose variance is that of the pictures (a bootstrap that draws "
    "the same pictures for both) plus that of the seeds (pooled over all rows, since a few seeds of one say little; "
    "unknown, and left out, with a single seed). Accuracy on labels, macro-F1 and the worst recall of an emotion are "
    "those of the labels' head, accuracy on votes that of the votes' head against the FERPlus winner; where one head "
    "learned nothing the other answers for it."
)

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one variation came to.

    `by_seed` [S, M] holds the figures `names` for each seed; `draws` [D, M] their means over the seeds for pictures
    drawn again and again, the same ones for all variations.
    """

    name: str
    changes: str
    asks: str
    names: tuple[str, ...]
    by_seed: Figures
    draws: Figures


def figures_of(answers: NDArray[np.float32], labels: Labels, winners: Labels | None) -> dict[str, float]:
    """Return the figures of answers [N, 2, 7] (logits or probabilities of both heads).

    Args:
        answers: of N faces.
        labels: their original labels [N].
        winners: the emotion with the most votes [N], -1 where there is none; None without votes.
    """
    by_labels, by_votes = answers[:, 0], answers[:, 1]
    found = recalls(by_labels, labels).values()
    figures = {
        "accuracy on labels": accuracy(by_labels, labels).value,
        "macro-F1": macro_f1(by_labels, labels),
        "worst recall": min(recall.value for recall in found if recall.count),
    }
    if winners is not None:
        figures["accuracy on votes"] = accuracy(by_votes[winners >= 0], winners[winners >= 0]).value
    return figures


def outcome(name: str, changes: str, asks: str, runs: Sequence[NDArray[np.float32]], faces: FaceSet) -> Outcome:
    """Measure a variation.

    Args:
        name: its name.
        changes: how it differs from the base, in words.
        asks: what it is for.
        runs: for each seed the answers [N, 2, 7] to the faces.
        faces: the validation part.
    """
    winners = None if faces.votes is None else plurality_labels(faces.votes)

    def by_seed(rows: NDArray[np.int64]) -> list[dict[str, float]]:
        picked = None if winners is None else winners[rows]
        return [figures_of(answers[rows], faces.labels[rows], picked) for answers in runs]

    rng, count = np.random.default_rng(1), len(faces)
    all_faces = by_seed(np.arange(count))
    draws = [_values(by_seed(rng.integers(count, size=count))).mean(0) for _ in range(DRAWS)]
    return Outcome(name, changes, asks, tuple(all_faces[0]), _values(all_faces), np.stack(draws))


def half_widths(outcomes: Sequence[Outcome]) -> Figures:
    """Return half the 95 % interval of each outcome's difference from the first [V, M]; see EXPLANATION."""
    base, seeds = outcomes[0], len(outcomes[0].by_seed)
    by_seeds = np.zeros(len(base.names))
    if seeds > 1:
        by_seeds = 2 * np.mean([one.by_seed.var(axis=0, ddof=1) for one in outcomes], axis=0) / seeds
    by_pictures = np.stack([(one.draws - base.draws).var(axis=0) for one in outcomes])
    half: Figures = NORMAL_95 * np.sqrt(by_pictures + by_seeds)
    return half


def write_comparison(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the comparison with the first outcome as `path`.csv, for programs, and .md, for people.

    Raises:
        TrainingError: a file cannot be written.
    """
    half = half_widths(outcomes)
    differences = [one.by_seed.mean(0) - outcomes[0].by_seed.mean(0) for one in outcomes]
    write_csv(path.with_suffix(".csv"), list(map(_numbers, outcomes, differences, half)))
    write_markdown(path.with_suffix(".md"), list(map(_words, outcomes, differences, half)), EXPLANATION)


def _values(figures: Sequence[dict[str, float]]) -> Figures:
    return np.array([list(one.values()) for one in figures])


def _numbers(outcome: Outcome, difference: Figures, half: Figures) -> Row:
    row = {"name": outcome.name, "changes": outcome.changes, "seeds": str(len(outcome.by_seed))}
    for place, name in enumerate(outcome.names):
        change, margin = difference[place], half[place]
        cells = (outcome.by_seed[:, place].mean(), change, change - margin, change + margin)
        parts = ("", " difference", " difference low", " difference high")
        row |= {name + part: f"{cell:.5f}" for part, cell in zip(parts, cells, strict=True)}
    return row


def _words(outcome: Outcome, difference: Figures, half: Figures) -> Row:
    row = {"name": outcome.name, "changes": outcome.changes, "asks": outcome.asks}
    for place, name in enumerate(outcome.names):
        value, change, margin = 100 * outcome.by_seed[:, place].mean(), 100 * difference[place], 100 * half[place]
        row[name] = f"{value:.1f}"
        if outcome.changes:
            row[name] += f" ({change:+.1f}, {change - margin:+.1f} to {change + margin:+.1f})"
    return row
