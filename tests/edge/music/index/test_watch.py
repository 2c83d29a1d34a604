"""A real folder under a real watch."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mien.music.index.watch import FolderWatch, is_silent

DEADLINE_SECONDS = 10.0


class Watched:
    """A watch whose calls can be waited for."""

    def __init__(self, folder: Path) -> None:
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.watch = FolderWatch(
            folder, lambda: self._calls.put(None), quiet_seconds=0.02, look_seconds=0.1, poll_seconds=0.1
        )
        self.watch.start()

    def expect_call(self) -> None:
        self._calls.get(timeout=DEADLINE_SECONDS)

    def calls_within(self, seconds: float) -> int:
        end, calls = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0.0:
            try:
                self._calls.get(timeout=left)
                calls += 1
            except queue.Empty:
                return calls
        return calls


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    (folder / "album").mkdir(parents=True)
    (folder / "album" / "old.mp3").write_bytes(b"sound")
    return folder


@pytest.fixture
def watched(music: Path) -> Iterator[Watched]:
    with ExitStack() as stack:
        watched = Watched(music)
        stack.callback(watched.watch.close)
        watched.expect_call()
        yield watched


def test_new_changed_and_deleted_files_are_told(watched: Watched, music: Path) -> None:
    (music / "album" / "new.MP3").write_bytes(b"sound")
    watched.expect_call()
    watched.calls_within(0.2)
    (music / "album" / "old.mp3").write_bytes(b"another sound")
    watched.expect_call()
    watched.calls_within(0.2)
    (music / "album" / "old.mp3").unlink()
    watched.expect_call()
    watched.calls_within(0.2)
    (music / "Sad.m3u").write_text("album/new.MP3")
    watched.expect_call()


def test_what_is_no_music_is_not_told(watched: Watched, music: Path) -> None:
    (music / "album" / "cover.jpg").write_bytes(b"picture")

    assert watched.calls_within(0.3) == 0


def test_a_folder_that_goes_and_comes_is_told_and_watched_on(watched: Watched, music: Path, tmp_path: Path) -> None:
    music.rename(tmp_path / "unplugged")
    watched.expect_call()
    watched.calls_within(0.3)
    (tmp_path / "unplugged").rename(music)
    watched.expect_call()
    watched.calls_within(0.3)
    (music / "new.flac").write_bytes(b"sound")
    watched.expect_call()


def test_a_folder_that_is_missing_is_waited_for(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "later")
    try:
        assert watched.calls_within(0.3) == 0
        (tmp_path / "later").mkdir()
        watched.expect_call()
    finally:
        watched.watch.close()


def test_close_is_prompt_and_ends_the_thread(music: Path) -> None:
    watched = Watched(music)
    watched.expect_call()
    began = time.monotonic()

    watched.watch.close()
    watched.watch.close()

    assert time.monotonic() - began < 2.0
    assert not any(thread.name == "folder-watch" for thread in threading.enumerate())


def test_a_watch_that_never_began_can_be_closed(music: Path) -> None:
    FolderWatch(music, lambda: None).close()


MOUNTS = """\
/dev/mmcblk0p2 / ext4 rw 0 0
nas:/music /mnt/my\\040music nfs4 rw 0 0
/dev/sda1 /mnt/my\\040music/local fuseblk rw 0 0
me@nas:/ /mnt/ssh fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "silent"),
    [
        ("/home/me/Music", False),
        ("/mnt/my music", True),
        ("/mnt/my music/album", True),
        ("/mnt/my music/local/album", False),
        ("/mnt/my musical", False),
        ("/mnt/ssh", True),
    ],
)
def test_shares_are_walked_through_since_nobody_tells_of_their_changes(folder: str, silent: bool) -> None:
    assert is_silent(Path(folder), MOUNTS) is silent
