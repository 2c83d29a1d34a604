"""Why a track was chosen, in phrases that read as one sentence when they are joined by `; `."""

from __future__ import annotations

from dataclasses import dataclass

from mien.music.choosing.circumstances import Circumstances, key_of
from mien.music.choosing.costs import Terms
from mien.music.choosing.policies import Aim
from mien.types import Affect, Emotion, Mood, Presence, Track

_SOURCES = {
    "tag": "tagged {}",
    "folder": "in your folder '{}'",
    "playlist": "in your playlist '{}'",
    "title": "title says '{}'",
    "prior": "nothing tells its mood",
}
_FACES = {
    Emotion.ANGRY.value: "an angry face",
    Emotion.DISGUST.value: "a disgusted face",
    Emotion.FEAR.value: "a frightened face",
    Emotion.HAPPY.value: "a happy face",
    Emotion.SAD.value: "a sad face",
    Emotion.SURPRISE.value: "a surprised face",
    Emotion.NEUTRAL.value: "a resting face",
    Presence.UNSURE.value: "a face that is unclear",
    Presence.NOBODY.value: "anybody",
}
_NEAR = 0.45
_UNSURE = 0.2
_TOLD_LEANING = 0.2
_TOLD_TRAITS = 3
_HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Session:
    """What was played just now: how many tracks stand back, and whether the chosen one is among them."""

    waiting: int
    is_waiting: bool


def reasons(
    track: Track, mood: Mood, aim: Aim, terms: Terms, session: Session, circumstances: Circumstances
) -> tuple[str, ...]:
    """Return the phrases, the most telling first."""
    phrases = (
        _SOURCES.get(track.affect_source, "").format(track.affect_word),
        _fit(track, mood, aim, terms),
        "though its place is not sure" if terms.uncertainty > _UNSURE else "",
        f"place {aim.step} of {aim.steps} on the way" if aim.steps > 1 else "",
        "a little gentler at this hour" if circumstances.hour is not None and terms.hour < -0.03 else "",
        _hands(track, circumstances, terms),
        _recency(track, session, circumstances),
    )
    return tuple(filter(None, phrases))


def describe(affect: Affect) -> str:
    """Say a place on the plane in two words, such as `lively and bright`."""
    pace = "lively" if affect.arousal > 0.15 else "gentle" if affect.arousal < -0.15 else "easy-going"
    colour = "bright" if affect.valence > 0.15 else "dark" if affect.valence < -0.15 else "neutral"
    return f"{pace} and {colour}"


def _fit(track: Track, mood: Mood, aim: Aim, terms: Terms) -> str:
    near = "" if terms.distance <= _NEAR else "the nearest left to "
    heard = ", ".join(track.traits[:_TOLD_TRAITS])
    return f"{near}{describe(aim.affect)} for {_FACES[mood.name]}" + (f": {heard}" if heard else "")


def _hands(track: Track, circumstances: Circumstances, terms: Terms) -> str:
    if terms.wrong:
        return "though you found it wrong for this mood"
    leaning = circumstances.leanings.get(key_of(track), 0.0)
    if leaning >= _TOLD_LEANING:
        return "you like it in this mood"
    return "though you skipped it in this mood" if leaning <= -_TOLD_LEANING else ""


def _recency(track: Track, session: Session, circumstances: Circumstances) -> str:
    if session.is_waiting:
        return "played a short while ago, but nothing else fits as well"
    heard_at = circumstances.heard.get(key_of(track))
    if heard_at is not None:
        return f"not heard for {_duration(circumstances.now - heard_at)}"
    if circumstances.heard:
        return "not heard so far"
    if session.waiting == 0:
        return ""
    return "not the last track" if session.waiting == 1 else f"not among the last {session.waiting} tracks"


def _duration(seconds: float) -> str:
    hours = round(seconds / _HOUR_SECONDS)
    if hours < 2:
        return "a while"
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"
