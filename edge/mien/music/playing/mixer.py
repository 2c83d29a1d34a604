"""From what sounds to what is wished: which decks play, how loud each is, and when an end is told.

Pure of clocks, threads and libVLC: it is fed with time and given something that loads decks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from mien.music.playing.fade import FULL, SILENCE, Fade, crossing_share
from mien.music.playing.gain import track_decibels, track_percent
from mien.sections.playing import AudioSettings
from mien.types import Playback, PlayState, Track, TrackEnded

log = logging.getLogger(__name__)

End = Literal["reached", "failed"]

_HURRY_SECONDS = 0.3  # in which a track is gone that stands in the way of a third one
_REFUSED_SECONDS = 0.5  # libVLC's statistics are renewed about each 0.3 s
_LEAD_SECONDS = 0.15  # from the news of an end to the next track's first sound, commonly
_VOLUME_SECONDS = 1.0  # of a ramp over the whole range of the volume


class Deck(Protocol):
    """A file that plays, or is about to."""

    @property
    def begun(self) -> bool:
        """True once it sounds, at its level, or is just about to."""
        ...

    @property
    def end(self) -> End | None:
        """How it ended: decoded to its end, though some of that may still sound, or failed; None before."""
        ...

    @property
    def refused(self) -> bool:
        """True while the file is decoded but the sound output takes nothing."""
        ...

    @property
    def sounded(self) -> bool:
        """True once the sound output took something of it."""
        ...

    @property
    def position_seconds(self) -> float:
        """How far into the file it is."""
        ...

    @property
    def duration_seconds(self) -> float | None:
        """The file's length, if it is known."""
        ...

    @property
    def remaining_seconds(self) -> float:
        """How long what was decoded will still sound, where that is known."""
        ...

    def set_level(self, percent: float) -> None:
        """Set the volume, in percent whose cube is the factor of the samples."""
        ...

    def pause(self, paused: bool) -> None:
        """Hold what plays, or go on."""
        ...

    def unload(self) -> bool:
        """Stop for good, and return whether anything sounded."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A track that should sound, from a place in it. One that is wished again is a new wish: it begins again."""

    track: Track
    start_seconds: float = 0.0


@dataclass(slots=True, eq=False)
class _Voice:
    wish: Wish
    deck: Deck
    fade: Fade  # of a crossfade
    decibels: float  # its gain
    running: bool = True
    told: bool = False  # of its end
    refused_at: float | None = None  # since when the sound output takes nothing of it


class Mixer:
    """Crosses over from one deck to the next; at most two are loaded at a time.

    Two kinds of fades lie over each other: each deck's own part of a crossfade, and one over all, for the begin of the
    music, a pause, a stop, and a change without a crossfade. The end of a track is told when the next one should begin:
    `crossfade_seconds` before it, and at the very end of a track that is shorter than two crossfades.

    A sound output that takes one stream at a time (ALSA hardware without a mixer) refuses the second deck. Then that
    one is taken away again, and tracks change one after the other until `go_on`.
    """

    def __init__(self, settings: AudioSettings, load: Callable[[Wish], Deck], start_volume_percent: float) -> None:
        """Begin with nothing wished; `load` begins to play what is wished, silently."""
        self._settings = settings
        self._load_deck = load
        self._wish: Wish | None = None
        self._held = False
        self._voices: list[_Voice] = []  # the wished one last
        self._master = SILENCE
        self._volume = Fade(start_volume_percent / 100, start_volume_percent / 100, 0.0, 0.0)
        self._crosses = settings.crossfade_seconds > 0
        self._broken_off = False

    def want(self, wish: Wish | None) -> None:
        """Change what should sound; None is silence."""
        self._wish, self._held = wish, False

    def hold(self, held: bool) -> None:
        """Pause, or go on; does nothing when nothing is wished."""
        self._held = held and self._wish is not None

    def break_off(self) -> None:
        """Take all decks away at once; what is wished waits at its place until `go_on`.

        A track of which nothing sounded waits where it should have begun.
        """
        mine = self._mine
        if mine is not None and mine.told:
            self._wish = None  # the next one is asked for already
        elif mine is not None and mine.deck.sounded:
            self._wish = Wish(mine.wish.track, mine.deck.position_seconds)
        for voice in tuple(self._voices):
            self._unload(voice)
        self._master = SILENCE
        self._broken_off = True

    def go_on(self) -> None:
        """Load again what is wished, and fade it in; the output is a new one, that may take two streams."""
        self._broken_off = False
        self._crosses = self._settings.crossfade_seconds > 0

    @property
    def takes_sound(self) -> bool | None:
        """Whether the sound output takes anything; None while nothing was decoded for it."""
        if any(voice.deck.sounded for voice in self._voices):
            return True
        return False if any(voice.deck.refused for voice in self._voices) else None

    @property
    def silent(self) -> bool:
        """True when no deck is loaded."""
        return not self._voices

    def playback(self) -> Playback:
        """Say what is wished and how far it is."""
        if self._wish is None:
            return Playback(PlayState.STOPPED, None, 0.0)
        state = PlayState.PAUSED if self._held else PlayState.PLAYING
        mine = self._mine
        position = self._wish.start_seconds if mine is None else mine.deck.position_seconds
        return Playback(state, self._wish.track, position)

    def rest_seconds(self, now: float, step_seconds: float, rest_seconds: float) -> float | None:
        """Return how long nothing needs to be done: a step while something moves, None while nothing is loaded."""
        if not self._voices:
            return None
        fades = (self._volume, self._master, *(voice.fade for voice in self._voices))
        if any(fade.level(now) != fade.end for fade in fades) or not all(voice.deck.begun for voice in self._voices):
            return step_seconds
        mine = self._mine
        left = None if mine is None else self._seconds_to_news(mine)
        return rest_seconds if left is None else min(rest_seconds, max(step_seconds, left))

    def step(self, now: float, volume_percent: float) -> tuple[TrackEnded, ...]:
        """Bring what sounds nearer to the wish; return what has ended or is about to."""
        news = self._take_ended()
        self._give_up_refused(now)
        if not any(voice.deck.begun for voice in self._voices):
            self._master = SILENCE
        if self._master.level(now) == 0.0:
            self._change_in_silence()
        elif self._wish is not None and self._crosses and not self._held:
            self._cross(self._wish, now)
        self._steer(now)
        self._volume = self._volume.towards(volume_percent / 100, now, _VOLUME_SECONDS)
        self._set_levels(now)
        return (*news, *self._foretell_end())

    @property
    def _mine(self) -> _Voice | None:
        """The voice of what is wished."""
        return next((voice for voice in self._voices if voice.wish is self._wish), None)

    @property
    def _others(self) -> list[_Voice]:
        return [voice for voice in self._voices if voice.wish is not self._wish]

    def _load(self, wish: Wish, fade: Fade) -> None:
        decibels = track_decibels(wish.track.loudness_lufs) if self._settings.same_loudness else 0.0
        self._voices.append(_Voice(wish, self._load_deck(wish), fade, decibels))

    def _unload(self, voice: _Voice) -> bool:
        self._voices.remove(voice)
        return voice.deck.unload()

    def _change_in_silence(self) -> None:
        """Load, unload, hold or go on as wished, while nothing can be heard."""
        for voice in self._others:
            self._unload(voice)
        mine = self._mine
        if mine is not None:
            mine.fade = FULL
            if mine.running == self._held:
                mine.deck.pause(self._held)
                mine.running = not self._held
        elif self._wish is not None and not self._held and not self._broken_off:
            self._load(self._wish, FULL)

    def _cross(self, wish: Wish, now: float) -> None:
        """Lead the wished deck in while the one before sounds out; both start when the wished one has begun."""
        mine, others = self._mine, self._others
        if mine is None and len(others) < 2:
            self._load(wish, SILENCE)
        elif mine is None:
            softest = min(others, key=lambda voice: voice.fade.level(now))
            softest.fade = softest.fade.towards(0.0, now, _HURRY_SECONDS).within(now, _HURRY_SECONDS)
        elif mine.deck.begun:
            mine.fade = mine.fade.towards(1.0, now, self._settings.crossfade_seconds)
            for voice in others:
                voice.fade = voice.fade.towards(0.0, now, self._settings.crossfade_seconds)
        for voice in others:
            if voice.fade.end == voice.fade.level(now) == 0.0:
                self._unload(voice)

    def _steer(self, now: float) -> None:
        """Turn the fade over all to where it should go."""
        mine = self._mine
        up = not self._held and (
            (mine is not None and mine.running and mine.deck.begun)
            or (self._wish is not None and self._crosses and bool(self._others))
        )
        seconds = self._settings.fade_in_seconds if up else self._settings.fade_out_seconds
        self._master = self._master.towards(1.0 if up else 0.0, now, seconds)

    def _set_levels(self, now: float) -> None:
        volume, master = 100 * self._volume.level(now), self._master.level(now)
        for voice in self._voices:
            percent = track_percent(volume, voice.decibels, self._settings.maximum_volume_percent)
            voice.deck.set_level(percent * master * crossing_share(voice.fade.level(now)))

    def _take_ended(self) -> list[TrackEnded]:
        """Unload what has ended, once all of it has sounded."""
        news: list[TrackEnded] = []
        for voice in tuple(self._voices):
            end = voice.deck.end
            if end is None or (end == "reached" and (self._held or voice.deck.remaining_seconds > 0)):
                continue
            sounded = self._unload(voice)
            if voice.wish is self._wish:
                self._wish = None
                if not voice.told:
                    news.append(TrackEnded(voice.wish.track, failed=end == "failed" or not sounded))
        return news

    def _foretell_end(self) -> list[TrackEnded]:
        mine = self._mine
        left = None if mine is None or self._held else self._seconds_to_news(mine)
        if mine is None or left is None or left > 0:
            return []
        mine.told = True
        return [TrackEnded(mine.wish.track, failed=False)]

    def _seconds_to_news(self, voice: _Voice) -> float | None:
        """Return when the next track should be asked for; None for when this one ends, or when that is not known."""
        length = voice.wish.track.duration_seconds or voice.deck.duration_seconds
        crossing = self._settings.crossfade_seconds
        if voice.told or not self._crosses or not voice.deck.begun or length is None or length < 2 * crossing:
            return None
        return length - crossing - _LEAD_SECONDS - voice.deck.position_seconds

    def _give_up_refused(self, now: float) -> None:
        """Take away a deck that the sound output refuses beside another one, and cross no more."""
        mine, others = self._mine, self._others
        if mine is None or not others or not mine.deck.begun:
            return
        if not mine.deck.refused or all(voice.deck.refused for voice in others):
            mine.refused_at = None
        elif mine.refused_at is None:
            mine.refused_at = now
        elif now - mine.refused_at >= _REFUSED_SECONDS:
            log.info("The sound output takes one stream at a time: tracks change one after the other.")
            self._crosses = False
            self._unload(mine)
