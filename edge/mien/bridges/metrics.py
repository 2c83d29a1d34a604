"""Figures for Prometheus, beside the page: what is decided and played, what is wrong, what the player costs."""

from __future__ import annotations

import threading

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mien import __version__
from mien.bridges.extra import require
from mien.bridges.following import Follower
from mien.ports import Control
from mien.types import Emotion, Fault, PlayState, Presence, Snapshot, Track

_MOODS = (*Emotion, Presence.UNSURE, Presence.NOBODY)


class Metrics:
    """Counts what happens, on a thread of its own, and writes all figures when they are asked for.

    No label is made of titles, files or people: what was played stays on the device, and the figures stay few.

    Raises:
        SettingsError: the library for it is not installed.
    """

    def __init__(self, control: Control) -> None:
        require("prometheus_client", "metrics")
        from prometheus_client import CollectorRegistry, Counter, Gauge, Info, ProcessCollector

        self._control, self._asked = control, threading.Lock()
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("mien", "Which mien this is.", registry=registry).info({"version": __version__})
        self._mood = Gauge("mien_mood", "1 for the decided mood, 0 for all others.", ["emotion"], registry=registry)
        self._fault = Gauge("mien_fault", "1 while this fault lasts.", ["fault"], registry=registry)
        self._playing = Gauge("mien_playing", "1 while music plays.", registry=registry)
        self._volume = Gauge("mien_volume_percent", "The volume asked for, after the cap.", registry=registry)
        self._eye = Gauge("mien_eye_connected", "1 while the eye's process is connected.", registry=registry)
        self._watching = Gauge("mien_watching", "1 unless the camera is turned off.", registry=registry)
        self._overridden = Gauge("mien_override", "1 while somebody chose the mood.", registry=registry)
        self._mood_changes = Counter("mien_mood_changes", "Moods decided after the first.", registry=registry)
        self._tracks = Counter("mien_tracks_started", "Tracks that began to play.", registry=registry)
        self._counted_mood: str | None = None
        self._counted_track: Track | None = None
        self._follower = Follower(control, self._count, "metrics")

    def start(self) -> None:
        """Begin to count."""
        self._follower.start()

    def close(self) -> None:
        """Count no more; a second call does nothing."""
        self._follower.close()

    def route(self) -> Route:
        """Return where a server shows them: GET /metrics."""
        from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

        def metrics(_request: Request) -> Response:
            return Response(self.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

        return Route("/metrics", metrics, methods=["GET"], include_in_schema=False)

    def text(self) -> bytes:
        """Return all figures, of one moment, in Prometheus' text format."""
        from prometheus_client import generate_latest

        with self._asked:
            self._set(self._control.snapshot())
            return generate_latest(self._registry)

    def _set(self, snapshot: Snapshot) -> None:
        for mood in _MOODS:
            self._mood.labels(mood.value).set(snapshot.mood.name == mood.value)
        lasting = {trouble.fault for trouble in snapshot.troubles}
        for fault in Fault:
            self._fault.labels(fault.value).set(fault in lasting)
        self._playing.set(snapshot.playback.state is PlayState.PLAYING)
        self._volume.set(snapshot.volume_percent)
        self._eye.set(snapshot.eye_connected)
        self._watching.set(snapshot.watching)
        self._overridden.set(snapshot.override is not None)

    def _count(self, snapshot: Snapshot) -> None:
        mood, track = snapshot.mood.name, snapshot.playback.track
        self._mood_changes.inc(self._counted_mood not in (None, mood))
        self._tracks.inc(track not in (None, self._counted_track))
        self._counted_mood, self._counted_track = mood, track
