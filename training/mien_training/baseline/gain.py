"""The gain of a baseline on portraits, person by person: chosen on one half of the people, told of the other half."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mien.mood.baseline import (
    MOST_LOWERED,
    MOST_RAISED,
    NEUTRAL_FACES,
    STRENGTH,
    Baseline,
    log_ratios_of,
    offsets,
    without,
)
from mien.types import Emotion, Expression
from mien_training.baseline.portraits import Sitter

LESSON_SECONDS = 45.0
_DRAWS = 2000

Correct = Callable[[Expression], Expression]
Rule = Callable[[Sitter, Sitter], Correct]
"""How the answers to a sitter are corrected. The second one is another person, for what is learned of the wrong one."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Shares told rightly by all seven outputs, without a baseline and with one; mean over the people.

    `both` is the mean of the two; `low` and `high` are the 95 % interval of its gain, from people drawn again.
    """

    name: str
    at_rest: float
    smiling: float
    both: float
    gain: float
    low: float
    high: float


def log_ratios_at_rest(pictures: Sequence[Expression]) -> tuple[float, ...]:
    """Return the middle of the log ratios [6] of some pictures of a face at rest."""
    return tuple(map(statistics.median, zip(*map(log_ratios_of, pictures), strict=True)))


def neutral_faces(sitters: Sequence[Sitter]) -> tuple[float, ...]:
    """Return the mean log ratios [6] over people at rest: what `NEUTRAL_FACES` holds of the shipped model."""
    each = np.array([log_ratios_at_rest(sitter.learned_from) for sitter in sitters])
    return tuple(float(mean) for mean in each.mean(axis=0))


def measure(name: str, rule: Rule, sitters: Sequence[Sitter]) -> Gain:
    """Measure one rule on some people, against none."""
    before = np.array([_told(sitter, lambda seen: seen) for sitter in sitters])
    following = [*sitters[1:], sitters[0]]
    after = np.array([_told(one, rule(one, other)) for one, other in zip(sitters, following, strict=True)])
    gains = (after - before).mean(axis=1)
    rng = np.random.default_rng(1)
    draws = gains[rng.integers(len(gains), size=(_DRAWS, len(gains)))].mean(axis=1)
    low, high = np.percentile(draws, (2.5, 97.5))
    at_rest, smiling = after.mean(axis=0)
    return Gain(name, float(at_rest), float(smiling), float(after.mean()), float(gains.mean()), float(low), float(high))


def _told(sitter: Sitter, correct: Correct) -> NDArray[np.float64]:
    """Return the shares of a person's pictures that are told, at rest and smiling [2]."""
    shown = ((sitter.at_rest, Emotion.NEUTRAL), (sitter.smiling, Emotion.HAPPY))
    return np.array([np.mean([correct(one).top is emotion for one in pictures]) for pictures, emotion in shown])


def _none(_sitter: Sitter, _next: Sitter) -> Correct:
    return lambda seen: seen


def _shipped(pictures: Callable[[Sitter, Sitter], Sequence[Expression]], *, asked: bool) -> Rule:
    def rule(sitter: Sitter, following: Sitter) -> Correct:
        return Baseline(log_ratios_at_rest(pictures(sitter, following)), LESSON_SECONDS, asked).correct

    return rule


def _offset(strength: float, lowest: float, highest: float, reach: float) -> Rule:
    def rule(sitter: Sitter, _next: Sitter) -> Correct:
        taken_off = offsets(log_ratios_at_rest(sitter.learned_from), strength, lowest, highest, reach)
        return partial(without, taken_off=taken_off)

    return rule


def _reach_alone(reach: float) -> Rule:
    """A smile counts earlier on every face: what a lower threshold gains without knowing anybody."""
    return lambda _sitter, _next: partial(without, taken_off=offsets(NEUTRAL_FACES, 1.0, -reach, 0.0, reach))


RULES: dict[str, Rule] = {
    "no baseline": _none,
    "as shipped, after a minute": _shipped(lambda sitter, _: sitter.learned_from, asked=True),
    "all of the difference, no caps": _offset(1.0, -9.0, 9.0, 0.0),
    "half of the difference, no caps": _offset(0.5, -9.0, 9.0, 0.0),
    "only what rest wrongly shows is lowered": _offset(STRENGTH, 0.0, MOST_LOWERED, 0.0),
    "shipped strength and caps, no reach for smiles": _offset(STRENGTH, -MOST_RAISED, MOST_LOWERED, 0.0),
    "shipped strength and caps, reach 1": _offset(STRENGTH, -MOST_RAISED, MOST_LOWERED, 1.0),
    "nobody known, reach 1 for everybody": _reach_alone(1.0),
    "nobody known, reach 2 for everybody": _reach_alone(2.0),
    "learned of the next person": _shipped(lambda _, following: following.learned_from, asked=True),
    "quiet, one third of the time smiling": _shipped(
        lambda sitter, _: sitter.learned_from + sitter.smiles_before[: len(sitter.learned_from) // 2], asked=False
    ),
    "quiet, smiling for ten minutes": _shipped(lambda sitter, _: sitter.smiles_before, asked=False),
}
"""What was compared. The shipped numbers stand in `mien.mood.baseline`."""
