"""All that happens before a camera in some hours, in continuous time: drawn before anybody looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS, Emotion
from mien_training.streams.disturbances import (
    BLINKS,
    CONDITIONS,
    GAPS,
    PASSERS,
    SHORT_LOOKS,
    SYLLABLE_SECONDS,
    TALKS,
    TURNS,
    VARIANT_SECONDS,
    Spans,
    column,
    draw_light,
    draw_spans,
    draw_steps,
)
from mien_training.streams.moods import NOBODY, Moods, Steps, draw_moods
from mien_training.streams.pool import Kind, Pool
from mien_training.streams.variants import Condition

_SHORT_LOOKS = (Emotion.HAPPY, Emotion.SURPRISE)
_TURNED_FROM = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Moods and what disturbs them. `turn_depths` say how far each turn goes, up to 1: the profile."""

    moods: Moods
    light: Steps
    variants: Steps
    syllables: Steps
    blinks: Spans
    talks: Spans
    turns: Spans
    turn_depths: NDArray[np.float64]
    short_looks: Spans
    look_draws: NDArray[np.int64]
    passers: Spans
    gaps: Spans

    def pictures(self, pool: Pool, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the picture (a row of the pool, or NOBODY) that is shown at each moment.

        Who talks shows any picture of the label at every second syllable: mouths take all shapes.
        """
        rows = self.moods.pictures.at(moments)
        draws = self.syllables.at(moments)
        spoken = (self.talks.number(moments) >= 0) & (draws % 2 == 0) & (rows != NOBODY)
        looks = self.short_looks.number(moments)
        shown = rows.copy()
        for label in range(len(EMOTIONS)):
            alike = np.flatnonzero(pool.labels == label)
            here = spoken & (pool.labels[rows] == label)
            shown[here] = alike[draws[here] // 2 % len(alike)]
        for place, emotion in enumerate(_SHORT_LOOKS):
            smiles = np.flatnonzero((pool.labels == EMOTIONS.index(emotion)) & pool.clear)
            here = (looks >= 0) & (looks % len(_SHORT_LOOKS) == place) & (rows != NOBODY) & (len(smiles) > 0)
            shown[here] = smiles[self.look_draws[looks[here]] % len(smiles)]
        return shown

    def turned(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far the head is turned at each moment, from 0 to 1."""
        if not len(self.turn_depths):
            return np.zeros(len(moments))
        progress = self.turns.progress(moments)
        return np.asarray(self.turn_depths[self.turns.number(moments)] * np.minimum(1.0, 2 * np.sin(np.pi * progress)))

    def columns(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return which of a picture's variants is seen at each moment."""
        closed, turned = CONDITIONS.index(Condition.EYES_CLOSED), CONDITIONS.index(Condition.TURNED)
        conditions = np.where(self.blinks.number(moments) >= 0, closed, self.light.at(moments))
        conditions = np.where(self.turned(moments) > _TURNED_FROM, turned, conditions)
        return column(conditions, self.variants.at(moments))


def draw_world(pool: Pool, kind: Kind, seconds: float, seed: int) -> World:
    """Draw a world; the same arguments give the same one."""
    # Each part has its own numbers, so that a change of one leaves the others as they are.
    parts = iter(np.random.default_rng(seed).spawn(12))
    moods = draw_moods(pool, kind, seconds, next(parts))
    light = draw_light(seconds, next(parts))
    variants = draw_steps(VARIANT_SECONDS, seconds, next(parts))
    syllables = draw_steps(SYLLABLE_SECONDS, seconds, next(parts))
    turns = draw_spans(TURNS, seconds, next(parts))
    short_looks = draw_spans(SHORT_LOOKS, seconds, next(parts))
    return World(
        moods,
        light,
        variants,
        syllables,
        blinks=draw_spans(BLINKS, seconds, next(parts)),
        talks=draw_spans(TALKS, seconds, next(parts)),
        turns=turns,
        turn_depths=next(parts).uniform(0.3, 1.0, len(turns.starts)),
        short_looks=short_looks,
        look_draws=next(parts).integers(2**31, size=len(short_looks.starts)),
        passers=draw_spans(PASSERS, seconds, next(parts)),
        gaps=draw_spans(GAPS, seconds, next(parts)),
    )
