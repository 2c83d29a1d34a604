"""The live view: what it draws at any size, and real keys and signals on a real pseudo-terminal."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from edge.command_line import COMMAND, mien, sentence, surroundings
from edge.live_terminal import Terminal
from edge.music.waiting import wait_until
from edge.web.fake_control import CHOICES, FakeControl, expression_of
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from mien.config import load
from mien.errors import LinkError
from mien.mood.affect import mood_of_emotion
from mien.report import snapshot_json
from mien.terminal import OwnPlayer, PlayerView, press, show_live
from mien.terminal_picture import Picture, Remark, State
from mien.types import EMOTIONS, Emotion, Fault, Override, Playback, PlayState, Trouble, Verdict
from mien.web.remote import RemotePlayer
from mien.web.server import WebServer, listen

TROUBLE = Trouble(
    Fault.CAMERA_LOST, "The camera /dev/video0 gives no pictures any more: look at its plug, and at its cable."
)


def control() -> FakeControl:
    """A player of which everything can be shown."""
    control = FakeControl()
    track = replace(CHOICES[0].track, duration_seconds=200.0)
    control.show(
        mood=mood_of_emotion(Emotion.HAPPY),
        expression=expression_of(Emotion.HAPPY),
        playback=Playback(PlayState.PLAYING, track, 65.0),
        choice=CHOICES[0],
        upcoming=CHOICES[1],
        override=Override(Emotion.SAD, time.time() + 601),
        policy="calm",
        troubles=(TROUBLE,),
        eye_connected=True,
    )
    return control


def drawn(
    state: State,
    columns: int = 100,
    rows: int | None = None,
    keys: str = "",
    encoding: str = "utf-8",
    remark: Remark | None = None,
) -> list[str]:
    file = io.TextIOWrapper(io.BytesIO(), encoding, errors="strict", newline="\n")
    Console(file=file, width=columns, force_terminal=False).print(Picture(state, keys, rows, remark))
    file.seek(0)
    return file.read().splitlines()


def test_everything_that_the_page_shows_is_there() -> None:
    text = "\n".join(drawn(snapshot_json(control().snapshot()), keys="q quit"))
    for part in (
        "happy 100%  pleasant +0.94, energetic +0.37",
        "expression now",
        *EMOTIONS,
        f"playing  {CHOICES[0].track.title}",
        "1:05 / 3:20 ━━━━━━━━━━────────",
        CHOICES[0].reasons[0],
        f"next     {CHOICES[1].track.title}",
        "policy calm",
        "sad by hand for 10 min",
        "camera on",
        "q quit",
    ):
        assert part in text
    assert " ".join(text.split()).count("The camera /dev/video0 gives no pictures any more: look at its plug") == 1


@pytest.mark.parametrize(
    ("watching", "eye_connected", "word"),
    [(False, True, "the camera is off"), (True, True, "no face"), (True, False, "no eye")],
)
def test_without_a_face_it_says_why(watching: bool, eye_connected: bool, word: str) -> None:
    player = control()
    player.show(expression=None, watching=watching, eye_connected=eye_connected)
    text = "\n".join(drawn(snapshot_json(player.snapshot())))
    assert f"face     {word}" in text
    assert ("camera off" in text) is not watching


def test_silence_is_drawn_as_well() -> None:
    player = control()
    player.show(playback=Playback(PlayState.STOPPED, None, 0.0), choice=None, upcoming=None)
    assert "silence" in "\n".join(drawn(snapshot_json(player.snapshot())))


@settings(max_examples=60)
@given(st.integers(1, 200), st.integers(1, 40), st.text(max_size=60), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_it_fits_any_window_and_whatever_a_title_holds(columns: int, rows: int, title: str, encoding: str) -> None:
    player = control()
    track = replace(CHOICES[0].track, title=title + "\x1b]0;owned\x07\x1b[2J", artist="caf\udce9")
    player.show(choice=replace(CHOICES[0], track=track), playback=Playback(PlayState.PAUSED, track, 1e5))
    lines = drawn(snapshot_json(player.snapshot()), columns, rows, "keys", encoding)
    assert len(lines) <= rows
    assert all(len(line) <= columns for line in lines)
    assert not any(re.search("[\x00-\x1f\x7f-\x9f]", line) for line in lines)


def test_in_a_small_window_mood_and_music_stay() -> None:
    lines = drawn(snapshot_json(control().snapshot()), 40, 3, "keys")
    assert [line.split()[0] for line in lines[:2]] == ["mood", "playing"]
    assert "keys" not in lines


def test_what_is_to_be_read_is_there_whole_in_a_small_window() -> None:
    remark = Remark("The player does not answer: it is busy or hangs; wait, or start it again.", is_wrong=True)
    lines = drawn(snapshot_json(control().snapshot()), 40, 6, "keys", remark=remark)
    assert " ".join(" ".join(lines).split()).endswith(f"wrong {remark.text}")
    assert [line.split()[0] for line in lines[:2]] == ["mood", "playing"]


def test_below_neutral_the_plane_has_the_page_s_words() -> None:
    player = control()
    player.show(mood=mood_of_emotion(Emotion.SAD))
    assert re.search(r"unpleasant -\d\.\d\d, calm -\d", drawn(snapshot_json(player.snapshot()))[0])


PATH = CHOICES[0].track.path
KEYS: dict[str, tuple[tuple[str, object], str]] = {
    "p": (("pause", None), ""),
    " ": (("pause", None), ""),
    "s": (("skip", None), ""),
    "l": (("rate", (PATH, Verdict.LIKE)), "Liked."),
    "w": (("rate", (PATH, Verdict.WRONG_MOOD)), "Will not come for this mood again."),
    "+": (("set_volume", 60), ""),
    "-": (("set_volume", 50), ""),
}


def test_keys_steer_this_player_and_another() -> None:
    player = control()
    before = player.snapshot()
    with served(player) as other:
        for steered in (OwnPlayer(player), other):
            for key, (call, answer) in KEYS.items():
                player.show(playback=before.playback, choice=before.choice, volume_percent=55)
                assert press(steered, steered.state(), key) == (Remark(answer) if answer else None)
                assert player.calls.get(timeout=5) == call


def test_pause_goes_on_again_and_other_keys_do_nothing() -> None:
    player = control()
    own = OwnPlayer(player)
    for key in ("p", "p", "x", "\x1b", "\xff"):
        assert press(own, own.state(), key) is None
    assert [player.calls.get(timeout=5)[0] for _ in range(2)] == ["pause", "resume"]
    assert player.calls.empty()


def test_what_cannot_be_done_is_said() -> None:
    player = control()
    state = snapshot_json(player.snapshot())
    player.skip()
    remark = press(OwnPlayer(player), state, "l")
    assert remark is not None
    assert remark.is_wrong
    assert "does not play any more" in remark.text
    player.show(choice=None)
    assert press(OwnPlayer(player), snapshot_json(player.snapshot()), "w") == Remark(
        "Nothing plays of which this could be said.", is_wrong=True
    )


@contextmanager
def served(player: FakeControl) -> Iterator[RemotePlayer]:
    web = load(None).web
    with listen(0) as socket, closing(WebServer(player, socket)) as server:
        server.start()
        port = int(server.address.rpartition(":")[2])
        yield RemotePlayer(web.model_copy(update={"port": port}))


def test_another_players_state_is_the_same_as_ones_own() -> None:
    player = control()
    with served(player) as other:
        assert other.state() == json.loads(json.dumps(snapshot_json(player.snapshot())))
    with pytest.raises(LinkError, match="No player's page is on port"):
        other.state()


def test_a_stranger_on_the_port_is_no_player() -> None:
    for answer in (b"", b"nonsense", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]", b"HTTP/1.1 500 No\r\n\r\n"):
        with listen(0) as socket:
            stranger = threading.Thread(target=_answer, args=(socket, answer))
            stranger.start()
            port = socket.getsockname()[1]
            with pytest.raises(LinkError, match="is no player of this version"):
                RemotePlayer(load(None).web.model_copy(update={"port": port})).state()
            stranger.join(5)


def test_a_player_that_hangs_is_no_stranger() -> None:
    with listen(0) as socket:  # takes the call, and never answers
        web = load(None).web.model_copy(update={"port": socket.getsockname()[1]})
        with pytest.raises(LinkError, match="does not answer: it is busy or hangs"):
            RemotePlayer(web, answer_seconds=0.2).state()


def _answer(socket: Any, answer: bytes) -> None:
    socket.settimeout(5)
    caller, _ = socket.accept()
    with caller:
        caller.recv(4096)
        caller.sendall(answer)


def test_where_there_is_no_terminal_only_states_are_told() -> None:
    player, file = control(), io.StringIO()
    states: list[State] = []
    view = PlayerView(player, Console(file=file), pytest.fail, states.append)
    view.start()
    wait_until(lambda: len(states) >= 2)
    view.close()
    assert file.getvalue().strip() == ""
    show_live(OwnPlayer(player), Console(file=file), _set_event())
    assert file.getvalue().strip() == ""


def _set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@contextmanager
def top(player: FakeControl, home: Path) -> Iterator[Terminal]:
    with listen(0) as socket, closing(WebServer(player, socket)) as server:
        server.start()
        port = server.address.rpartition(":")[2]
        with closing(Terminal(*COMMAND, "top", "--port", port, home=home)) as terminal:
            wait_until(lambda: "q quit" in terminal.said, 15.0)
            yield terminal


def test_top_is_steered_by_keys_and_gives_the_terminal_back(tmp_path: Path) -> None:
    player = control()
    with top(player, tmp_path) as terminal:
        assert f"playing  {CHOICES[0].track.title}" in terminal.said
        assert not terminal.is_as_before
        terminal.press("s")
        assert player.calls.get(timeout=5) == ("skip", None)
        wait_until(lambda: f"playing  {CHOICES[1].track.title}" in terminal.said)
        terminal.press("q")
        assert terminal.process.wait(10) == 0
        assert terminal.is_as_before
        assert terminal._said.count(b"\x1b[?25h") == terminal._said.count(b"\x1b[?25l")  # the cursor is back


def test_a_like_is_answered_on_the_screen(tmp_path: Path) -> None:
    with top(control(), tmp_path) as terminal:
        terminal.press("l")
        wait_until(lambda: "Liked." in terminal.said)


def test_top_waits_for_a_player_that_went_away(tmp_path: Path) -> None:
    player = control()
    with listen(0) as socket, closing(WebServer(player, socket)) as server:
        server.start()
        port = int(server.address.rpartition(":")[2])
        terminal = Terminal(*COMMAND, "top", "--port", str(port), home=tmp_path)
        with closing(terminal):
            wait_until(lambda: "q quit" in terminal.said, 15.0)
            server.close()
            wait_until(lambda: "No player's page is on port" in terminal.said)
            last = terminal.said[terminal.said.rindex("expression now") :]
            assert f"playing  {CHOICES[0].track.title}" in last  # the last picture stays
            player.show(choice=CHOICES[1], playback=Playback(PlayState.PLAYING, CHOICES[1].track, 0.0))
            with listen(port) as again, closing(WebServer(player, again)) as back:
                back.start()
                wait_until(lambda: f"playing  {CHOICES[1].track.title}" in terminal.said)
                terminal.press("q")
                assert terminal.process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_top_and_gives_the_terminal_back(tmp_path: Path, number: int) -> None:
    with top(control(), tmp_path) as terminal:
        terminal.process.send_signal(number)
        assert terminal.process.wait(10) == 0
        assert terminal.is_as_before


def test_where_no_player_runs_top_says_so(tmp_path: Path) -> None:
    with listen(0) as free:
        port = str(free.getsockname()[1])
    assert sentence(mien(tmp_path, "top", "--port", port)).startswith(f"No player's page is on port {port}")


def test_top_in_a_pipe_prints_once_and_as_json_each_new_state(tmp_path: Path) -> None:
    player = control()
    with listen(0) as socket, closing(WebServer(player, socket)) as server:
        server.start()
        port = server.address.rpartition(":")[2]
        done = mien(tmp_path, "top", "--port", port)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("mood     happy")
        command = [*COMMAND, "top", "--port", port, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings(tmp_path), text=True) as following:
            assert following.stdout is not None
            states = [json.loads(following.stdout.readline())]
            player.set_volume(33)
            states.append(json.loads(following.stdout.readline()))
            following.send_signal(signal.SIGTERM)
            assert following.wait(10) == 0
    assert [state["volume_percent"] for state in states] == [55, 33]
