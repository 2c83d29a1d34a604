"""A process that plays one file into an audio file and keeps the place: AUDIO_FILE RUN_FOLDER STATE_FOLDER FILE.

It goes on where the place says, else it begins at the file's beginning; it plays until it is killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from queue import SimpleQueue

from edge.music.recording import audio, track

from mien.music.playing.place import PlaceKeeper
from mien.music.playing.vlc_player import VlcPlayer
from mien.types import TrackEnded


def main() -> None:
    audio_file, run_folder, state_folder, file = map(Path, sys.argv[1:])
    keeper = PlaceKeeper(run_folder, state_folder)
    news: SimpleQueue[TrackEnded] = SimpleQueue()
    player = VlcPlayer(audio(fade_in_seconds=0.1), news.put, audio_file)
    place = keeper.kept()
    player.play(track(file if place is None else place.path), 0.0 if place is None else place.position_seconds)
    while news.empty():
        keeper.keep(player.playback(), player.volume_percent, time.monotonic())
        time.sleep(1.0)  # as the player's own loop looks about each second


if __name__ == "__main__":
    main()
