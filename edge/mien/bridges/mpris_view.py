"""The player as MPRIS 2.2 shows it: snapshots to properties."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mien.bridges.readable import readable
from mien.types import PlayState, Snapshot, Track

if TYPE_CHECKING:
    from dbus_fast import Variant

Properties = dict[str, object]

NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"

_STATUS = {PlayState.PLAYING: "Playing", PlayState.PAUSED: "Paused", PlayState.STOPPED: "Stopped"}
_MICROSECONDS = 1_000_000
_LONGEST_SECONDS = 1e9  # a torn file may claim to last for ever


def root_properties() -> Properties:
    """Return what is said of mien itself."""
    return {
        "CanQuit": False,
        "CanRaise": False,
        "HasTrackList": False,
        "Identity": "mien",
        "SupportedUriSchemes": [],
        "SupportedMimeTypes": [],
    }


def player_properties(snapshot: Snapshot) -> Properties:
    """Return what is said of the player at one moment, but for its position, of which no change is told."""
    return {
        "PlaybackStatus": _STATUS[snapshot.playback.state],
        "Rate": 1.0,
        "Metadata": metadata(snapshot.playback.track),
        "Volume": snapshot.volume_percent / 100,
        "MinimumRate": 1.0,
        "MaximumRate": 1.0,
        "CanGoNext": True,
        "CanGoPrevious": False,
        "CanPlay": True,
        "CanPause": True,
        "CanSeek": False,
        "CanControl": True,
    }


def position_microseconds(snapshot: Snapshot) -> int:
    """Return how far the track has played."""
    return max(0, round(snapshot.playback.position_seconds * _MICROSECONDS))


def metadata(track: Track | None) -> dict[str, Variant]:
    """Return what is known of a track; of none, that there is none."""
    from dbus_fast import Variant

    if track is None:
        return {"mpris:trackid": Variant("o", NO_TRACK)}
    shown = {"mpris:trackid": Variant("o", track_id(track)), "xesam:title": Variant("s", readable(track.title))}
    if track.artist:
        shown["xesam:artist"] = Variant("as", [readable(track.artist)])
    if track.album:
        shown["xesam:album"] = Variant("s", readable(track.album))
    if track.duration_seconds is not None and 0 <= track.duration_seconds < _LONGEST_SECONDS:
        shown["mpris:length"] = Variant("x", round(track.duration_seconds * _MICROSECONDS))
    return shown


def track_id(track: Track) -> str:
    """Return a track's name as a D-Bus path, from which nobody reads where its file lies."""
    return f"/org/mien/track/{hashlib.blake2s(bytes(track.path), digest_size=16).hexdigest()}"
