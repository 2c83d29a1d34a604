"""Where the seven emotions lie on the valence-arousal plane (Russell 1980)."""

from __future__ import annotations

from mien.types import EMOTIONS, Affect, Emotion, Expression, Judgement, Mood, Presence

# Means of two lexicons' ratings of the emotion words, scaled to [-1, 1]: NRC VAD (Mohammad 2018) and Warriner, Kuperman
# and Brysbaert 2013; neutral's arousal is raised to 0, since a resting face asks for nothing.
_AFFECTS = {
    Emotion.ANGRY: Affect(-0.69, 0.48),
    Emotion.DISGUST: Affect(-0.74, 0.26),
    Emotion.FEAR: Affect(-0.76, 0.42),
    Emotion.HAPPY: Affect(0.94, 0.37),
    Emotion.SAD: Affect(-0.64, -0.36),
    Emotion.SURPRISE: Affect(0.48, 0.48),
    Emotion.NEUTRAL: Affect(0.04, 0.0),
}
_NEUTRAL_EXPRESSION = Expression(tuple(float(emotion is Emotion.NEUTRAL) for emotion in EMOTIONS))


def expected_affect(expression: Expression) -> Affect:
    """Return the mean place on the plane, weighted by the probabilities."""
    pairs = list(zip(expression.probabilities, EMOTIONS, strict=True))
    total = sum(expression.probabilities)
    return Affect(
        sum(probability * _AFFECTS[emotion].valence for probability, emotion in pairs) / total,
        sum(probability * _AFFECTS[emotion].arousal for probability, emotion in pairs) / total,
    )


def mood_of_photo(judgement: Judgement) -> Mood:
    """Return the mood of the largest face: `unsure` where its expression is, neutral where there is none to judge."""
    largest = judgement.faces[0] if judgement.faces else None
    if largest is not None and largest.unsure:
        return undecided(Presence.UNSURE)
    return mood_of(None if largest is None else largest.expression)


def mood_of(expression: Expression | None) -> Mood:
    """Return the mood of a single expression that one can go by; None (no face to judge) is a neutral mood."""
    seen = expression or _NEUTRAL_EXPRESSION
    return Mood(Presence.DECIDED, seen.top, expected_affect(seen), min(1.0, max(seen.probabilities)))


def mood_of_emotion(emotion: Emotion) -> Mood:
    """Return the mood of a face that shows one emotion and nothing else."""
    return Mood(Presence.DECIDED, emotion, _AFFECTS[emotion], 1.0)


def undecided(presence: Presence) -> Mood:
    """Return the mood of an unclear face or of nobody: neutral music fits both."""
    return Mood(presence, None, _AFFECTS[Emotion.NEUTRAL], 0.0)
