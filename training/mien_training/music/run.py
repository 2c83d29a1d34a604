"""A run: hear the clips, cross-validate, learn from all of them, and write down what came of it.

The folder then holds `heard.npz` (features, kept for the next run), `model.npz` and `figures.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.music.hearing.traits import WORDS
from mien_training.errors import TrainingError
from mien_training.music.clips import Clips
from mien_training.music.figures import Measured, correlation, mean_of
from mien_training.music.folds import FOLDS
from mien_training.music.hearing import Heard
from mien_training.music.learning import QUADRANT_SHARE, Model, learn
from mien_training.music.place import plane, share_within
from mien_training.music.process import FittedProcess, Strengths
from mien_training.music.scaling import LIMIT, Scaling
from mien_training.music.validation import cross_validate

HEARD, MODEL, FIGURES = "heard.npz", "model.npz", "figures.json"
AXES = ("valence", "arousal")
_TRAIT_RIDGE = 300.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Validated:
    """What cross-validation found: figures by name, and the root mean square of the errors [2] in deviations."""

    figures: dict[str, Measured]
    errors: Matrix


def validate(heard: Heard, clips: Clips, seeds: Sequence[int], progress: Callable[[], None]) -> Validated:
    """Cross-validate once a seed. A figure is the mean over the seeds; its interval comes from drawing artists."""
    judged = [cross_validate(heard.features, clips, heard.blocks, seed, progress) for seed in seeds]
    errors = np.sqrt(np.mean([np.square(means - clips.targets).mean(axis=0) for means in judged], axis=0))
    figures: dict[str, Measured] = {}
    for name in clips.set_names:
        rows = clips.sets == name
        for axis, word in enumerate(AXES):
            pairs = [(means[rows, axis], clips.targets[rows, axis]) for means in judged]
            each = [correlation(plane(means), targets, clips.groups[rows]) for means, targets in pairs]
            figures[f"{name}/{word}"] = mean_of(each)
            for times in (1, 2):
                shares = [share_within(means, targets, float(errors[axis]), times) for means, targets in pairs]
                figures[f"{name}/{word} within {times} spread"] = mean_of(shares)
    return Validated(figures, errors)


def save_run(folder: Path, heard: Heard, clips: Clips, validated: Validated, seeds: Sequence[int]) -> None:
    """Learn from all clips and write the run's files."""
    model = learn(heard.features, clips, np.full(len(clips), True), heard.blocks)
    process = model.process
    weights = trait_weights(heard, clips)
    np.savez(
        folder / MODEL,
        mean=model.scaling.mean, deviation=model.scaling.deviation, support=process.support, weights=process.weights,
        errors=validated.errors, names=np.array(heard.names), traits=weights,
    )  # fmt: skip
    facts = {
        "figures": {name: asdict(figure) for name, figure in validated.figures.items()},
        "strengths": asdict(process.strengths),
        "blocks": [(block.start, block.stop) for block in heard.blocks],
        "counts": {name: int((clips.sets == name).sum()) for name in clips.set_names},
        "settings": {"folds": FOLDS, "seeds": list(seeds), "quadrant_share": QUADRANT_SHARE, "limit": LIMIT},
    }
    (folder / FIGURES).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def trait_weights(heard: Heard, clips: Clips) -> Matrix:
    """Return [words, 2]: a ridge regression of valence and arousal on the standardised numbers that have words."""
    columns = [heard.names.index(name) for name in WORDS]
    chosen = heard.features[:, columns]
    values = Scaling.of(chosen).apply(chosen)
    gram = values.T @ values + _TRAIT_RIDGE * np.eye(len(columns))
    return np.asarray(np.linalg.solve(gram, values.T @ clips.targets), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class FinishedRun:
    """A run as it stands in its folder: arrays of model.npz and facts of figures.json."""

    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]

    @classmethod
    def load(cls, folder: Path) -> FinishedRun:
        """Read a run.

        Raises:
            TrainingError: the folder holds no finished run.
        """
        try:
            with np.load(folder / MODEL, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            facts = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"{folder} holds no finished run of music ({error}); make one with `python -m mien_training music`."
            ) from error
        return cls(arrays, facts)

    def model(self) -> Model:
        """The model that was learned from all clips."""
        arrays = self.arrays
        blocks = tuple(slice(start, stop) for start, stop in self.facts["blocks"])
        strengths = Strengths(**self.facts["strengths"])
        process = FittedProcess(strengths, blocks, arrays["support"], arrays["weights"])
        return Model(Scaling(arrays["mean"], arrays["deviation"]), process)
