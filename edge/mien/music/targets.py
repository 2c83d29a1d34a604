"""Which music a mood asks for: a place on the valence-arousal plane, by one of two policies.

`match` mirrors the mood. `lift` meets it and leads it to a better place: a sad face gets gentle sad music before
anything brighter (the iso principle), an angry or frightened one calm and bright music at once, a happy one its like.
"""

from __future__ import annotations

from typing import Literal

from mien.types import Affect, Emotion, Mood

Policy = Literal["lift", "match"]

_LIFT: dict[Emotion, Affect] = {
    Emotion.ANGRY: Affect(0.3, -0.3),
    Emotion.DISGUST: Affect(0.3, 0.0),
    Emotion.FEAR: Affect(0.4, -0.6),
    Emotion.HAPPY: Affect(0.7, 0.4),
    Emotion.NEUTRAL: Affect(0.2, 0.0),
    Emotion.SAD: Affect(-0.4, -0.4),
    Emotion.SURPRISE: Affect(0.4, 0.2),
}
_UNDECIDED = Affect(0.2, 0.0)


def target(policy: Policy, mood: Mood) -> Affect:
    """Return where the music for a mood should lie."""
    if policy == "match":
        return mood.affect
    return _UNDECIDED if mood.emotion is None else _LIFT[mood.emotion]
