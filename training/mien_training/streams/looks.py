"""Many streams side by side as arrays, so that filters and decisions can be tried on hours of them in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.mood.belief import LONGEST_LOOK_SECONDS
from mien.mood.look import Look
from mien.types import EMOTIONS

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """T looks of S streams; shorter streams end with their last look again, at the same moment.

    `at` float [T, S]; `probabilities` float [T, S, 7]; `judged` bool [T, S] is where there are any; `quality` float
    [T, S]; `absent` float [T, S] says for how long nobody was seen (infinite: never yet); `other` bool [T, S] marks
    the first look of another person.
    """

    at: Numbers
    probabilities: Numbers
    judged: Truths
    quality: Numbers
    absent: Numbers
    other: Truths

    @property
    def elapsed(self) -> Numbers:
        """Seconds since the look before, float [T, S]."""
        return np.diff(self.at, axis=0, prepend=self.at[:1])

    @property
    def seconds(self) -> Numbers:
        """The time that each look stands for as evidence, float [T, S]: by its quality, and little after a gap."""
        return np.where(self.judged, self.quality, 0.0) * np.minimum(self.elapsed, LONGEST_LOOK_SECONDS)


def side_by_side(streams: Sequence[Iterable[Look]]) -> Looks:
    """Lay streams beside each other."""
    columns = [_column(stream) for stream in streams]
    longest = max(len(column.at) for column in columns)
    padded = [_padded(column, longest) for column in columns]
    return Looks(
        np.concatenate([one.at for one in padded], axis=1),
        np.concatenate([one.probabilities for one in padded], axis=1),
        np.concatenate([one.judged for one in padded], axis=1),
        np.concatenate([one.quality for one in padded], axis=1),
        np.concatenate([one.absent for one in padded], axis=1),
        np.concatenate([one.other for one in padded], axis=1),
    )


def _column(stream: Iterable[Look]) -> Looks:
    uniform = (1.0 / len(EMOTIONS),) * len(EMOTIONS)
    at, probabilities, judged, quality, absent, other = [], [], [], [], [], []
    person, seen_at = None, -np.inf
    for look in stream:
        at.append(look.at)
        probabilities.append(uniform if look.expression is None else look.expression.probabilities)
        judged.append(look.expression is not None)
        quality.append(look.quality)
        other.append(look.person is not None and look.person != person)
        if look.person is not None:
            person, seen_at = look.person, look.at - look.unseen_seconds
        absent.append(look.at - seen_at)
    shape = (len(at), 1)
    return Looks(
        np.array(at).reshape(shape),
        np.array(probabilities).reshape(*shape, len(EMOTIONS)),
        np.array(judged).reshape(shape),
        np.array(quality).reshape(shape),
        np.array(absent).reshape(shape),
        np.array(other).reshape(shape),
    )


def _padded(column: Looks, length: int) -> Looks:
    missing = length - len(column.at)

    def last_again(values: Numbers) -> Numbers:
        return np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])

    return Looks(
        last_again(column.at),
        last_again(column.probabilities),
        np.concatenate([column.judged, np.zeros((missing, 1), np.bool_)]),
        last_again(column.quality),
        last_again(column.absent),
        np.concatenate([column.other, np.zeros((missing, 1), np.bool_)]),
    )
