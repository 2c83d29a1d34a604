"""Where a "95 %" comes from: happy against sad, one small network, scored in the ways in which published projects do.

Before anything else a part of the photographs is put away. Each way divides the rest into a training and a test part in
its own manner, and trains the same network as long. Its score on its own test part is what such a project would print;
the same network's score on the photographs put away is what it is worth.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mien.types import EMOTIONS, Emotion
from mien_training.balance import Balance, balanced
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate, wilson
from mien_training.model import ExpressionResNet, to_unit
from mien_training.split import copy_groups, near_copies, split_by_group
from mien_training.tables import write_csv, write_markdown

PAIR = (EMOTIONS.index(Emotion.HAPPY), EMOTIONS.index(Emotion.SAD))
EXPLANATION = (
    "Happy against sad, FER2013's Training part, original labels; in brackets the 95 % interval (Wilson). Where copies "
    "stand in the test part, its own interval is too narrow: a copy is no further evidence."
)
Divide = Callable[[FaceSet, int], "Parts"]
FEWEST = 20
UNSEEN_SHARE = 0.25
TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Budget:
    """The pictures (all without a number), the network, and how long it is trained: the same for all ways."""

    epochs: int = 20
    pictures: int | None = None
    blocks: tuple[int, ...] = (1, 1, 1)
    width: int = 16
    batch_size: int = 64
    learning_rate: float = 0.002
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a way trains on, and what it calls its test."""

    training: FaceSet
    test: FaceSet


@dataclass(frozen=True, slots=True)
class Trained:
    """What was trained on parts: the network of the last epoch, and that of the epoch that was best on the test."""

    parts: Parts
    last: ExpressionResNet
    best_on_test: ExpressionResNet


@dataclass(frozen=True, slots=True)
class Way:
    """A way of dividing pictures, with a seed; `choose_epoch` keeps the epoch that is best on the test part."""

    name: str
    divide: Divide
    choose_epoch: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """What a way comes to: the same network's accuracy on the way's own test part, and on the photographs put away.

    `copied` is the share of the test part that has a copy, exact, near or mirrored, in the training part.
    """

    way: str
    claimed: Estimate
    true: Estimate
    copied: Estimate

    def __str__(self) -> str:
        """Say it in a line."""
        return ", ".join(f"{name}: {value}" for name, value in self.row().items())

    def row(self) -> dict[str, str]:
        """Return the score as a row of a table."""
        return {
            "way": self.way,
            "accuracy on its own test part": _percent(self.claimed),
            "the same network on photographs it never saw": _percent(self.true),
            "too high by": f"{100 * (self.claimed.value - self.true.value):+.1f} points",
            "test pictures with a copy in training": f"{self.copied.value:.1%}",
        }


def smote_before_split(faces: FaceSet, seed: int) -> Parts:
    """Blend the rarer emotion's faces first, then divide at random: blends are judged beside what they are made of."""
    return _at_random(balanced(faces, Balance.SMOTE, seed), seed)


def copies_before_split(faces: FaceSet, seed: int) -> Parts:
    """Copy the rarer emotion's faces first, then divide at random: a face and its copy stand on both sides."""
    return _at_random(balanced(faces, Balance.OVERSAMPLE, seed), seed)


def smote_after_split(faces: FaceSet, seed: int) -> Parts:
    """Divide by photograph, then blend faces of the training part alone."""
    training, test = split_by_group(copy_groups(faces.images), TEST_SHARE, seed)
    return Parts(balanced(faces.take(training), Balance.SMOTE, seed), faces.take(test))


WAYS = (
    Way("SMOTE, then a random split", smote_before_split),
    Way("copies, then a random split", copies_before_split),
    Way("split by photograph, SMOTE in training alone, the epoch best on the test", smote_after_split, True),
    Way("split by photograph, SMOTE in training alone, the last epoch", smote_after_split),
)


def demonstrate(faces: FaceSet, budget: Budget, said: Callable[[Score], None]) -> list[Score]:
    """Score a network in each of WAYS.

    Args:
        faces: FER2013's Training part; only happy and sad faces are used.
        budget: how many of them, the network, and how long it is trained.
        said: is told each score as soon as it is known.

    Raises:
        TrainingError: there are too few happy or sad faces.
    """
    pair = faces.take(np.isin(faces.labels, PAIR))
    counts = [int((pair.labels == label).sum()) for label in PAIR]
    if min(counts) < FEWEST:
        raise TrainingError(f"{FEWEST} happy and as many sad faces are needed; there are {counts[0]} and {counts[1]}.")
    rest, unseen = (pair.take(rows) for rows in split_by_group(copy_groups(pair.images), UNSEEN_SHARE, budget.seed))
    rest = rest.take(np.sort(np.random.default_rng(budget.seed).permutation(len(rest))[: budget.pictures]))
    trained: dict[Divide, Trained] = {}
    scores = []
    for way in WAYS:
        if way.divide not in trained:
            trained[way.divide] = _train(way.divide(rest, budget.seed), budget)
        scores.append(_score(way, trained[way.divide], unseen))
        said(scores[-1])
    return scores


def write_scores(folder: Path, scores: Sequence[Score]) -> Path:
    """Write leakage.csv and leakage.md; return the latter's path.

    Raises:
        TrainingError: a file cannot be written.
    """
    rows = [score.row() for score in scores]
    write_csv(folder / "leakage.csv", rows)
    write_markdown(folder / "leakage.md", rows, EXPLANATION)
    return folder / "leakage.md"


def _percent(share: Estimate) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%}) of {share.count}"


def _at_random(faces: FaceSet, seed: int) -> Parts:
    order = np.random.default_rng(seed).permutation(len(faces))
    tests = round(TEST_SHARE * len(faces))
    return Parts(faces.take(order[tests:]), faces.take(order[:tests]))


def _score(way: Way, trained: Trained, unseen: FaceSet) -> Score:
    network = trained.best_on_test if way.choose_epoch else trained.last
    training, test = trained.parts.training, trained.parts.test
    copied = len(np.unique(near_copies(test.images, training.images)[:, 0]))
    return Score(
        way.name,
        wilson(_hits(network, test), len(test)),
        wilson(_hits(network, unseen), len(unseen)),
        wilson(copied, len(test)),
    )


def _train(parts: Parts, budget: Budget) -> Trained:
    torch.manual_seed(budget.seed)
    network = ExpressionResNet(budget.blocks, budget.width)
    faces, targets = _tensors(parts.training)
    optimizer = torch.optim.AdamW(network.parameters(), budget.learning_rate)
    steps = budget.epochs * math.ceil(len(faces) / budget.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, budget.learning_rate, total_steps=steps)
    best, most_hits = network, -1
    for _ in range(budget.epochs):
        network.train()
        for rows in torch.split(torch.randperm(len(faces)), budget.batch_size):
            loss = functional.cross_entropy(_logits(network, faces[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        hits = _hits(network, parts.test)
        if hits > most_hits:
            best, most_hits = copy.deepcopy(network), hits
    return Trained(parts, network, best)


def _logits(network: ExpressionResNet, faces: Tensor) -> Tensor:
    """Return the labels' head's outputs for the two emotions [N, 2]."""
    logits: Tensor = network(to_unit(faces))[:, 0, list(PAIR)]
    return logits


@torch.no_grad()
def _hits(network: ExpressionResNet, judged: FaceSet) -> int:
    faces, targets = _tensors(judged)
    said = torch.cat([_logits(network.eval(), part).argmax(1) for part in torch.split(faces, 512)])
    return int((said == targets).sum())


def _tensors(faces: FaceSet) -> tuple[Tensor, Tensor]:
    """Return faces uint8 [N, 1, S, S] and 0 or 1 [N], 1 for sad."""
    return torch.from_numpy(faces.images).unsqueeze(1), torch.from_numpy((faces.labels == PAIR[1]).astype(np.int64))
