"""A music player without sound: the wish is fulfilled at once, and tests say when a track ends."""

from __future__ import annotations

from collections.abc import Callable

from mien.types import Playback, PlayState, Track, TrackEnded, Trouble


class FakePlayer:
    """Follows `ports.MusicPlayer`. `begun` lists the tracks that were asked for, `places` where in them they began."""

    def __init__(
        self,
        on_ended: Callable[[TrackEnded], None],
        start_volume_percent: int = 55,
        maximum_volume_percent: int = 85,
        playable: Callable[[Track], bool] = lambda _track: True,
    ) -> None:
        self._on_ended = on_ended
        self._maximum_volume_percent = maximum_volume_percent
        self._playable = playable
        self._state = PlayState.STOPPED
        self._track: Track | None = None
        self._volume_percent = min(start_volume_percent, maximum_volume_percent)
        self._position_seconds = 0.0
        self.trouble: Trouble | None = None
        self.responds = True
        self.begun: list[Track] = []
        self.places: list[float] = []

    def play(self, track: Track, start_seconds: float = 0.0) -> None:
        self.begun.append(track)
        self.places.append(start_seconds)
        self._state, self._track, self._position_seconds = PlayState.PLAYING, track, start_seconds
        if not self._playable(track):
            self._end(failed=True)

    def pause(self) -> None:
        if self._track is not None:
            self._state = PlayState.PAUSED

    def resume(self) -> None:
        if self._track is not None:
            self._state = PlayState.PLAYING

    def stop(self) -> None:
        self._state, self._track, self._position_seconds = PlayState.STOPPED, None, 0.0

    def set_volume(self, percent: int) -> None:
        self._volume_percent = max(0, min(percent, self._maximum_volume_percent))

    @property
    def volume_percent(self) -> int:
        return self._volume_percent

    def playback(self) -> Playback:
        return Playback(self._state, self._track, self._position_seconds)

    def close(self) -> None:
        self.stop()

    def advance(self, seconds: float) -> None:
        """Let what plays sound for so long, as time would."""
        if self._state is PlayState.PLAYING:
            self._position_seconds += seconds

    def reach_the_end(self) -> None:
        """Let what plays come to its end, as time would."""
        self._end(failed=False)

    def _end(self, failed: bool) -> None:
        assert self._track is not None, "something plays"
        track = self._track
        self.stop()
        self._on_ended(TrackEnded(track, failed))
