"""A player without eye and sound, to be looked at through `Control`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import cv2
import numpy as np

from mien.errors import LibraryError, LinkError, PictureError, SettingsError
from mien.mood.override import check_minutes
from mien.types import (
    EMOTIONS,
    Affect,
    BaselineStage,
    BaselineState,
    Box,
    Choice,
    Emotion,
    Expression,
    Face,
    JudgedFace,
    Judgement,
    Mood,
    Override,
    Playback,
    PlayState,
    Point,
    PolicyName,
    Presence,
    Snapshot,
    Track,
    Verdict,
)

NOBODY = Mood(Presence.NOBODY, None, Affect(0.0, 0.0), 0.0)
HAPPY = Mood(Presence.DECIDED, Emotion.HAPPY, Affect(0.8, 0.5), 0.82)


def expression_of(emotion: Emotion, probability: float = 0.82) -> Expression:
    """Return an expression with one emotion at `probability` and the rest spread evenly."""
    rest = (1.0 - probability) / (len(EMOTIONS) - 1)
    return Expression(tuple(probability if each is emotion else rest for each in EMOTIONS))


def judged_face(box: Box, emotion: Emotion | None) -> JudgedFace:
    """Return a face whose eyes lie where eyes do; None for one that is too poor to judge."""
    eyes = box.top + 0.4 * box.height
    right, left = (Point(box.left + share * box.width, eyes) for share in (0.3, 0.7))
    return JudgedFace(Face(box, right, left, 0.9312345), None if emotion is None else expression_of(emotion))


def choice(path: str, title: str, artist: str | None, *reasons: str) -> Choice:
    """Return a chosen track of three minutes."""
    track = Track(Path(path), title, artist, None, 180.0, Affect(0.5, 0.5), "tag")
    return Choice(track, 0.87654, reasons)


CHOICES = (
    choice("/music/sun.ogg", "Morning Sun", "The Bright Ones", "tagged happy", "close to the mood: 0.12 away"),
    choice("/music/r\udcfcck.ogg", "Rück <b>Wärts</b>", None, "in the folder “lift”"),
)


class FakeControl:
    """Keeps `Control`'s contract over two tracks; `calls` tells a test what was asked of it, in order."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self.faces: tuple[JudgedFace, ...] = ()
        self.covers: dict[Path, bytes] = {}
        self.may_watch = True
        self._changed = threading.Condition()
        self._snapshot = Snapshot(1, NOBODY, None, Playback(PlayState.STOPPED, None, 0.0), None, True, 55, 85, ())

    def show(self, **changes: Any) -> Snapshot:
        """Change the snapshot, as the player does when something happens."""
        return self._update(lambda snapshot: replace(snapshot, **changes))

    def snapshot(self) -> Snapshot:
        with self._changed:
            return self._snapshot

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot.version > version, timeout_seconds)
            return self._snapshot

    def judge(self, photo: bytes) -> Judgement:
        if not self.snapshot().eye_connected:
            raise LinkError("The eye does not answer: see whether `mien eye` runs.")
        image = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR) if photo else None
        if image is None:
            raise PictureError("The photo is not a readable picture: send a JPEG or PNG.")
        height, width = image.shape[:2]
        return Judgement(width, height, self.faces)

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        self.calls.put(("recommend", mood))
        return CHOICES[:count]

    def play(self, path: Path) -> None:
        chosen = next((each for each in CHOICES if each.track.path == path), None)
        if chosen is None:
            raise LibraryError(f"The library has no track {path}: scan it again.")
        self.calls.put(("play", path))
        self._sound(chosen)

    def skip(self) -> None:
        self.calls.put(("skip", None))
        present = self.snapshot().choice
        self._sound(CHOICES[1] if present is CHOICES[0] else CHOICES[0])

    def rate(self, path: Path, verdict: Verdict) -> None:
        present = self.snapshot().choice
        if present is None or present.track.path != path:
            raise LibraryError(f"{path} does not play any more: say it while a track plays.")
        self.calls.put(("rate", (path, verdict)))
        if verdict is not Verdict.LIKE:
            self._sound(CHOICES[1] if present is CHOICES[0] else CHOICES[0])

    def pause(self) -> None:
        self.calls.put(("pause", None))
        self._set_state(PlayState.PLAYING, PlayState.PAUSED)

    def resume(self) -> None:
        self.calls.put(("resume", None))
        self._set_state(PlayState.PAUSED, PlayState.PLAYING)

    def set_volume(self, percent: int) -> None:
        self.calls.put(("set_volume", percent))
        self._update(lambda s: replace(s, volume_percent=max(0, min(percent, s.maximum_volume_percent))))

    def override(self, emotion: Emotion, minutes: float) -> None:
        check_minutes(minutes)
        self.calls.put(("override", (emotion, minutes)))
        self.show(override=Override(emotion, time.time() + 60 * minutes))

    def end_override(self) -> None:
        self.calls.put(("end_override", None))
        self.show(override=None)

    def set_policy(self, policy: PolicyName) -> None:
        self.calls.put(("set_policy", policy))
        self.show(policy=policy)

    def set_watching(self, watching: bool) -> None:
        if watching and not self.may_watch:
            raise SettingsError(
                "The settings say that no camera may be opened: set eye.enabled = true, and start anew."
            )
        self.calls.put(("set_watching", watching))
        self.show(watching=watching)

    def cover(self, path: Path) -> bytes | None:
        if path not in (each.track.path for each in CHOICES):
            raise LibraryError(f"The library has no track {path}: scan it again.")
        return self.covers.get(path)

    def learn_baseline(self) -> BaselineState:
        self.calls.put(("learn_baseline", None))
        return self.show(baseline=BaselineState(BaselineStage.LEARNING, 0, "Look at the camera.")).baseline

    def forget_baseline(self) -> BaselineState:
        self.calls.put(("forget_baseline", None))
        return self.show(baseline=BaselineState()).baseline

    def _sound(self, chosen: Choice) -> None:
        self.show(choice=chosen, playback=Playback(PlayState.PLAYING, chosen.track, 0.0))

    def _set_state(self, before: PlayState, after: PlayState) -> None:
        playback = self.snapshot().playback
        if playback.state is before:
            self.show(playback=replace(playback, state=after))

    def _update(self, change: Callable[[Snapshot], Snapshot]) -> Snapshot:
        with self._changed:
            changed = change(self._snapshot)
            if changed != self._snapshot:
                self._snapshot = replace(changed, version=self._snapshot.version + 1)
                self._changed.notify_all()
            return self._snapshot
