"""What mien shows of its values, as JSON: the same shapes for the command line, the page and every bridge.

Probabilities, scores and affects have 4 decimals, times 3, pixels 1. A file name that is not UTF-8 stays in a path as
lone surrogates, so write these with `json.dumps` and its default `ensure_ascii=True`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.types import (
    BaselineState,
    Box,
    Choice,
    Expression,
    Judgement,
    Mood,
    Observation,
    Override,
    Playback,
    Sighting,
    Snapshot,
    Track,
)

if TYPE_CHECKING:
    from mien.music.index.check import CheckReport  # which would load what reads music, for every command

Json = dict[str, object]


def judgement_json(judgement: Judgement) -> list[Json]:
    """Return the faces of a photo, the largest first; emotion and probabilities are null for an unclear one.

    `emotion` is the most probable one; `unsure` says that mien would not go by it.
    """
    return [
        {
            "box": _box(judged.face.box),
            "score": _share(judged.face.score),
            "emotion": None if judged.expression is None else judged.expression.top.value,
            "probabilities": _probabilities(judged.expression),
            "unsure": judged.unsure,
        }
        for judged in judgement.faces
    ]


def mood_json(mood: Mood) -> Json:
    """Return a mood; `emotion` is also `unsure` or `nobody`."""
    return {
        "emotion": mood.name,
        "confidence": _share(mood.confidence),
        "valence": _share(mood.affect.valence),
        "arousal": _share(mood.affect.arousal),
    }


def track_json(choice: Choice) -> Json:
    """Return a chosen track and why it was chosen."""
    return {
        "path": str(choice.track.path),
        "title": choice.track.title,
        "artist": choice.track.artist,
        "score": _share(choice.score),
        "reasons": list(choice.reasons),
    }


def library_track_json(track: Track) -> Json:
    """Return all that is known of a track of the library, as one line of `--json`."""
    duration = track.duration_seconds
    return {
        "type": "track",
        "path": str(track.path),
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "duration_seconds": None if duration is None else _seconds(duration),
        "valence": _share(track.affect.valence),
        "arousal": _share(track.affect.arousal),
        "spread": _share(track.spread),
        "placed_by": " ".join(filter(None, (track.affect_source, track.affect_word))),
        "traits": list(track.traits),
        "loudness_lufs": None if track.loudness_lufs is None else round(track.loudness_lufs, 1),
    }


def library_check_json(report: CheckReport) -> Json:
    """Return what is wrong in a library, as one line of `--json`."""
    return {
        "type": "library_check",
        "broken": [{"path": str(broken.path), "reason": broken.reason} for broken in report.broken],
        "missing": [{"playlist": str(one.playlist), "path": str(one.path)} for one in report.missing],
        "duplicates": [[str(path) for path in group] for group in report.duplicates],
        "not_music": [str(path) for path in report.not_music],
        "not_heard": [str(path) for path in report.not_heard],
        "untagged": [str(path) for path in report.untagged],
    }


def observation_json(observation: Observation) -> Json:
    """Return what the eye says of one frame, as one line of `--json`.

    `face`, `probabilities` and `quality` are the largest face's; `faces` are all of them, the largest first.
    """
    largest = observation.largest
    return {
        "type": "observation",
        "seen_at": _seconds(observation.seen_at),
        "face": None if largest is None else {"box": _box(largest.face.box), "score": _share(largest.face.score)},
        "probabilities": None if largest is None else _probabilities(largest.expression),
        "quality": 0.0 if largest is None else _share(largest.quality),
        "width": observation.width,
        "height": observation.height,
        "faces": [_sighting(sighting) for sighting in observation.sightings],
    }


def mood_event_json(at: float, mood: Mood) -> Json:
    """Return a mood that was decided `at` seconds, as one line of `--json`."""
    return {"type": "mood", "at": _seconds(at), **mood_json(mood)}


def snapshot_json(snapshot: Snapshot) -> Json:
    """Return everything the player shows of itself at one moment."""
    return {
        "version": snapshot.version,
        "mood": mood_json(snapshot.mood),
        "probabilities": _probabilities(snapshot.expression),
        "playback": _playback(snapshot.playback),
        "choice": None if snapshot.choice is None else track_json(snapshot.choice),
        "eye_connected": snapshot.eye_connected,
        "volume_percent": snapshot.volume_percent,
        "maximum_volume_percent": snapshot.maximum_volume_percent,
        "trouble": snapshot.trouble,
        "troubles": [{"fault": one.fault.value, "message": one.message} for one in snapshot.troubles],
        "baseline": baseline_json(snapshot.baseline),
        "watching": snapshot.watching,
        "policy": snapshot.policy,
        "override": _override(snapshot.override),
        "upcoming": None if snapshot.upcoming is None else track_json(snapshot.upcoming),
        "past_moods": [{"since": _seconds(past.since), **mood_json(past.mood)} for past in snapshot.past_moods],
    }


def baseline_json(state: BaselineState) -> Json:
    """Return how far a face at rest is known."""
    return {"stage": state.stage.value, "seconds": state.seconds, "message": state.message}


def _sighting(sighting: Sighting) -> Json:
    return {
        "box": _box(sighting.face.box),
        "score": _share(sighting.face.score),
        "probabilities": _probabilities(sighting.expression),
        "quality": _share(sighting.quality),
    }


def _override(override: Override | None) -> Json | None:
    return None if override is None else {"emotion": override.emotion.value, "ends_at": _seconds(override.ends_at)}


def _playback(playback: Playback) -> Json:
    track = playback.track
    shown = None
    if track is not None:
        duration = track.duration_seconds
        shown = {
            "path": str(track.path),
            "title": track.title,
            "artist": track.artist,
            "duration_seconds": None if duration is None else _seconds(duration),
        }
    return {
        "state": playback.state.value,
        "track": shown,
        "position_seconds": _seconds(playback.position_seconds),
    }


def _box(box: Box) -> list[float]:
    return [round(edge, 1) for edge in (box.left, box.top, box.right, box.bottom)]


def _probabilities(expression: Expression | None) -> dict[str, float] | None:
    return None if expression is None else {name: _share(p) for name, p in expression.as_dict().items()}


def _share(value: float) -> float:
    return round(value, 4)


def _seconds(value: float) -> float:
    return round(value, 3)
