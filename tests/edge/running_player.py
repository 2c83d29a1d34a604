"""A player as `mien run` builds it: real files, a real index, a real socket, but a music player without sound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import SimpleQueue

from edge.link.ends import EyeEnd
from edge.music.fake_player import FakePlayer
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.board import Board
from mien.config import load
from mien.control import PlayerControl
from mien.eye.photo import decode_photo
from mien.hands import Hands
from mien.inbox import EyeConnection, Inbox
from mien.link.server import EyeServer
from mien.mood.tracker import MoodTracker
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.policies import policy_of
from mien.music.index.library import Library
from mien.music.jukebox import Jukebox
from mien.music.playing.place import PlaceKeeper
from mien.player import Player
from mien.steering import Steering, SteeringFile
from mien.trace import TraceWriter
from mien.types import Judgement, Snapshot

MOODS = {"sad": 330.0, "happy": 880.0, "calm": 220.0, "plain": 550.0}
FOLDER_TRACKS = 3
ABSENCE_SECONDS = 300.0


def write_library(folder: Path, seconds: float = 0.1) -> Path:
    """Write three tones into a folder for each mood; nothing tells the mood of the plain ones."""
    for mood, hertz in MOODS.items():
        (folder / mood).mkdir(parents=True)
        for number in range(FOLDER_TRACKS):
            write_tone(folder / mood / f"{number}.wav", hertz, seconds)
    return folder


class RunningPlayer:
    """A player that runs on a thread of its own, as its library's index wants it."""

    def __init__(
        self,
        folder: Path,
        socket: Path,
        *,
        ends_with_source: bool = False,
        may_watch: bool = True,
        music: type[FakePlayer] = FakePlayer,
        resumes: bool = False,
        trace: Path | None = None,
        watch: Callable[[bool], None] | None = None,
    ) -> None:
        self._resumes, self._may_watch, self._trace = resumes, may_watch, trace
        self.inbox: Inbox = SimpleQueue()
        self.music = music(self.inbox.put)
        self.server = EyeServer(socket, self.inbox.put, lambda here: self.inbox.put(EyeConnection(here)))
        self._watch = watch or self.server.set_watching
        self.failure: Exception | None = None
        self.skipped_seconds = 0.0  # of the player's clock
        self.player: PlayerControl
        self._loop: Player
        self._socket = socket
        self._eyes: list[EyeEnd] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(folder, ends_with_source), name="player")

    def start(self) -> None:
        self.server.start()
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self, folder: Path, ends_with_source: bool) -> None:
        settings = load(None)
        chooser = Chooser(policy_of(settings), 4, 1)
        usual = Steering(self._may_watch, settings.music.policy)
        with ExitStack() as stack:
            library = stack.enter_context(Library(folder.with_name("library.sqlite"), folder))
            trace = None if self._trace is None else TraceWriter(self._trace, settings, 1_000_000)
            recorder = trace and stack.enter_context(closing(trace))
            library.scan()
            tracker = MoodTracker(settings)
            jukebox = Jukebox(library, chooser, self.music, absence_pause_seconds=ABSENCE_SECONDS)
            steering = SteeringFile(folder.with_name("state") if self._resumes else None, usual)
            hands = Hands(
                tracker=tracker,
                library=library,
                jukebox=jukebox,
                steering_file=steering,
                policy_named=lambda name: policy_of(settings, name),
                recorder=recorder,
                clock=self._moment,
            )
            board = Board(self.music.volume_percent, settings.audio.maximum_volume_percent)
            self.player = PlayerControl(
                inbox=self.inbox,
                board=board,
                hands=hands,
                jukebox=jukebox,
                music=self.music,
                judge=self.server.judge,
                watch=self._watch,
                may_watch=self._may_watch,
            )
            self._loop = Player(
                inbox=self.inbox,
                board=board,
                hands=hands,
                tracker=tracker,
                library=library,
                jukebox=jukebox,
                music=self.music,
                ends_with_source=ends_with_source,
                expects_eye=self._may_watch,
                keeper=PlaceKeeper(folder.with_name("run"), folder.with_name("state")) if self._resumes else None,
                recorder=recorder,
                clock=self._moment,
            )
            self._ready.set()
            try:
                self._loop.run()
            except Exception as error:  # the thread's boundary: the test looks at it
                self.failure = error

    def _moment(self) -> Moment:
        return Moment(time.monotonic() + self.skipped_seconds, time.time() + self.skipped_seconds, 12.0)

    def connect_eye(self) -> EyeEnd:
        """Connect an eye that sees no face on any photo, and wait until the player knows."""

        def judge(photo: bytes) -> Judgement:
            height, width = decode_photo(photo, "The photo").image.shape[:2]
            return Judgement(width, height, ())

        eye = EyeEnd(self._socket, judge)
        self._eyes.append(eye)
        assert eye.link.wait_connected(10)
        wait_until(lambda: self.player.snapshot().eye_connected)
        return eye

    def disconnect_eye(self) -> None:
        self._eyes.pop().link.close()
        wait_until(lambda: not self.player.snapshot().eye_connected)

    def settle(self) -> Snapshot:
        """Wait until the player has taken in all that was told to it so far."""
        taken = threading.Event()
        self.inbox.put(taken.set)
        assert taken.wait(10)
        shown = threading.Event()
        self.inbox.put(shown.set)  # what was published before it is taken
        assert shown.wait(10)
        return self.player.snapshot()

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._loop.stop()

    def close(self) -> None:
        for eye in self._eyes:
            eye.link.close()
        if self._ready.is_set():
            self.stop()
            self._thread.join(10)
        self.server.close()


@contextmanager
def running_player(
    folder: Path,
    *,
    ends_with_source: bool = False,
    may_watch: bool = True,
    music: type[FakePlayer] = FakePlayer,
    resumes: bool = False,
    trace: Path | None = None,
    watch: Callable[[bool], None] | None = None,
) -> Iterator[RunningPlayer]:
    """Run a player over a library beside which its index and its socket lie; `watch` stands for its eye."""
    socket = folder.with_name("eye.sock")
    running = RunningPlayer(
        folder,
        socket,
        ends_with_source=ends_with_source,
        may_watch=may_watch,
        music=music,
        resumes=resumes,
        trace=trace,
        watch=watch,
    )
    with ExitStack() as stack:
        stack.callback(running.close)
        running.start()
        yield running
