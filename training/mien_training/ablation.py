"""What each part of the recipe is worth: one base, varied in one thing at a time, over several seeds.

All runs are judged on the same validation part, which none of them learned from. Each run has its own folder, so that
an interrupted ablation goes on where it was, and another variation is added to those that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.eye.equalise import Equalisation
from mien_training.balance import Balance
from mien_training.comparison import Outcome, outcome, write_comparison
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.runs import is_finished, train_run
from mien_training.settings import TrainSettings
from mien_training.split import split_faces
from mien_training.trained import TrainedRun

VALIDATION_SHARE = 0.1  # more pictures than a run for use keeps back: differences of a point are to be seen


@dataclass(frozen=True, slots=True)
class Variation:
    """A name for the run's folder, what it asks, and the settings that differ from the base's."""

    name: str
    asks: str
    changes: dict[str, Any] = field(default_factory=dict)

    def settings(self, base: TrainSettings, seed: int) -> TrainSettings:
        """Return the base's settings with the changes and a seed."""
        return TrainSettings(**{**base.model_dump(), **self.changes, "seed": seed})


BASE = Variation("base", "what the others are compared with")
VARIATIONS = (
    Variation("no_mix", "is mixing faces worth it?", {"mix": 0}),
    Variation("no_label_smoothing", "is smoothing labels worth it?", {"label_smoothing": 0}),
    Variation("labels_alone", "do the votes teach anything?", {"label_weight": 1}),
    Variation("votes_alone", "do the original labels teach anything?", {"label_weight": 0}),
    Variation("large_from_the_start", "do small faces at first cost anything?", {"progressive_sides": ()}),
    Variation("no_averaging", "is averaging weights worth it?", {"ema_decay": 0}),
    Variation("no_gentle_end", "are gentler last epochs worth it?", {"gentle_epochs": 0}),
    Variation("no_dropout", "is dropout worth it?", {"dropout": 0}),
    Variation("narrow", "what does a smaller network cost?", {"width": 32}),
    Variation("wide", "what does a larger network give?", {"width": 64}),
    Variation("fine_stem", "is a finer first stage worth more than width?", {"stem_stride": 1, "width": 24}),
    Variation("squeeze_excitation", "is weighing channels worth it?", {"squeeze_excitation": True}),
    Variation("attention_pooling", "is weighing places worth it?", {"attention_pooling": True}),
    *(
        Variation(f"equalise_{kind}", "does equalising light help?", {"equalisation": kind})
        for kind in Equalisation
        if kind is not Equalisation.NONE
    ),
    *(
        Variation(f"balance_{how}", "does it help the rare emotions, and what does it cost?", {"balance": how})
        for how in Balance
        if how is not Balance.NONE
    ),
)


def chosen(names: Sequence[str]) -> list[Variation]:
    """Return the variations of these names, all without a name.

    Raises:
        TrainingError: a name is not one of them.
    """
    known = {variation.name: variation for variation in VARIATIONS}
    for name in names:
        if name not in known:
            raise TrainingError(f"'{name}' is not a variation; known are {', '.join(known)}.")
    return [known[name] for name in names] or list(VARIATIONS)


def run_ablation(
    folder: Path, faces: FaceSet, base: TrainSettings, seeds: Sequence[int], variations: Sequence[Variation]
) -> list[Outcome]:
    """Train, or find trained, the base and its variations with each seed; write the tables anew after each.

    Args:
        folder: holds a folder for each variation, in it one for each seed, and the tables.
        faces: FER2013's Training part.
        base: the settings that all start from.
        seeds: of the training; the split is the same for all.
        variations: what is compared with the base.

    Raises:
        TrainingError: a folder holds a run with other settings or cannot be written, or a variation cannot be trained.
    """
    validation = split_faces(faces, **base.split)[1]
    outcomes: list[Outcome] = []
    for variation in (BASE, *variations):
        runs = [
            _answers(folder / variation.name / f"seed_{seed}", faces, validation, variation.settings(base, seed))
            for seed in seeds
        ]
        changes = ", ".join(f"{name}={value}" for name, value in variation.changes.items())
        outcomes.append(outcome(variation.name, changes, variation.asks, runs, validation))
        write_comparison(folder / "ablation", outcomes)
    return outcomes


def _answers(folder: Path, faces: FaceSet, validation: FaceSet, settings: TrainSettings) -> NDArray[np.float32]:
    """Return a run's logits [N, 2, 7] of the validation part; train and judge where that is not done yet."""
    if not is_finished(folder, settings):
        train_run(folder, faces, settings)
    logits = TrainedRun.load(folder).logits(validation.images)
    # A head that nothing was learned by answers at random: the other one answers for it.
    heads = {0.0: [1, 1], 1.0: [0, 0]}.get(settings.label_weight, [0, 1])
    return logits[:, heads]
