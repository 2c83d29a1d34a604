"""What a broker is told of the player: words and numbers, no path, no sentence, no probabilities. Pure."""

from __future__ import annotations

from mien.bridges.readable import readable
from mien.report import Json
from mien.types import Snapshot

_LONGEST_TITLE = 100  # characters: Home Assistant shows 255 of artist and title together


def state_json(snapshot: Snapshot) -> Json:
    """Return the state as it is published; confidence and places with two decimals, faults by their names."""
    mood, track, override = snapshot.mood, snapshot.playback.track, snapshot.override
    return {
        "mood": mood.name,
        "confidence": round(mood.confidence, 2),
        "valence": round(mood.affect.valence, 2),
        "arousal": round(mood.affect.arousal, 2),
        "track": None if track is None else readable(track.title)[:_LONGEST_TITLE],
        "artist": None if track is None or track.artist is None else readable(track.artist)[:_LONGEST_TITLE],
        "playback": snapshot.playback.state.value,
        "volume": snapshot.volume_percent,
        "watching": snapshot.watching,
        "policy": snapshot.policy,
        "override": None
        if override is None
        else {"emotion": override.emotion.value, "ends_at": round(override.ends_at)},
        "trouble": [trouble.fault.value for trouble in snapshot.troubles],
    }
