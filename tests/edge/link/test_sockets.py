"""Player and eye over real Unix sockets."""

import logging
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from pathlib import Path
from queue import Empty

import pytest
from edge.link.ends import RESTING, WAIT_SECONDS, EyeEnd, PlayerEnd, raw_eye

from mien.errors import LinkError, PictureError
from mien.link.lines import (
    LARGEST_PHOTO_BYTES,
    LONGEST_LINE_BYTES,
    EyeCondition,
    EyeState,
    PhotoRequest,
    WatchRequest,
    decode_request,
    encode,
)
from mien.link.server import EyeServer
from mien.types import Judgement, Observation

WATCHING = EyeState(EyeCondition.WATCHING, "")


def seen(at: float) -> Observation:
    return Observation(at)


class Table:
    """Makes players and eyes that meet at one path, and closes them."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.path, self._stack = path, stack

    def player(self, photo_timeout_seconds: float = 20.0, rest_seconds: float = 3.0) -> PlayerEnd:
        player = PlayerEnd(self.path, photo_timeout_seconds, rest_seconds=rest_seconds)
        self._stack.callback(player.server.close)
        return player

    def eye(self, judge: Callable[[bytes], Judgement] | None = None, alone_seconds: float = 10.0) -> EyeEnd:
        eye = EyeEnd(self.path, judge, alone_seconds)
        self._stack.callback(eye.link.close)
        return eye

    def raw_eye(self) -> socket.socket:
        return self._stack.enter_context(raw_eye(self.path))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with ExitStack() as stack:
        yield Table(tmp_path / "run" / "eye.sock", stack)


def test_the_player_hears_all_in_order(table: Table) -> None:
    player, eye = table.player(), table.eye()
    assert player.eye_came()
    assert eye.link.wait_connected(WAIT_SECONDS)

    ended = EyeState(EyeCondition.ENDED, "It ended.")
    messages: list[Observation | EyeState] = [WATCHING, *(seen(number / 10) for number in range(200)), ended]
    assert all(eye.link.send(message) for message in messages)

    assert [player.next() for _ in messages] == messages


def test_only_owner_and_group_may_use_the_socket(table: Table) -> None:
    table.player()
    assert stat.S_IMODE(table.path.stat().st_mode) == 0o660


def test_an_eye_goes_and_another_comes(table: Table) -> None:
    player = table.player()
    for at in (1.0, 2.0):
        with raw_eye(table.path) as eye:
            assert player.eye_came()
            eye.sendall(encode(seen(at)))
            assert player.next() == seen(at)
        assert not player.eye_came()


def test_a_second_eye_waits_until_the_first_goes(table: Table) -> None:
    player = table.player()
    with raw_eye(table.path) as first:
        table.raw_eye().sendall(encode(seen(2.0)))
        first.sendall(encode(seen(1.0)))
        assert player.next() == seen(1.0)
    assert player.next() == seen(2.0)


def test_the_eye_comes_back_to_a_player_that_was_started_again(table: Table) -> None:
    first, eye = table.player(), table.eye()
    assert first.eye_came()
    first.server.close()
    assert eye.lost.wait(WAIT_SECONDS)
    assert not eye.link.send(seen(1.0))

    second = table.player()
    assert second.eye_came()


def test_a_player_that_starts_later_is_told_the_eyes_state(table: Table) -> None:
    eye = table.eye()
    trouble = EyeState(EyeCondition.TROUBLE, "There is no camera.")
    assert not eye.link.send(WATCHING)
    assert not eye.link.send(trouble)
    assert not eye.link.send(seen(1.0))

    player = table.player()
    assert eye.link.wait_connected(WAIT_SECONDS)
    assert eye.link.send(seen(2.0))

    assert [player.next(), player.next()] == [trouble, seen(2.0)]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"x" * LONGEST_LINE_BYTES, f"a line of over {LONGEST_LINE_BYTES} bytes"),
        (b"nonsense\n", "a line that is not understood"),
        (b'{"type": "observation"}\n', "a line that is not understood"),
    ],
)
def test_a_line_that_no_eye_writes_ends_the_connection_and_the_next_one_works(
    table: Table, caplog: pytest.LogCaptureFixture, line: bytes, complaint: str
) -> None:
    player, broken = table.player(), table.raw_eye()
    assert player.eye_came()
    broken.sendall(line)
    assert not player.eye_came()
    assert complaint in caplog.text

    table.raw_eye().sendall(encode(WATCHING))
    assert player.eye_came()
    assert player.next() == WATCHING


def test_an_eye_that_dies_within_a_line_is_told_apart_from_a_long_line(
    table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    player = table.player()
    with raw_eye(table.path) as eye, eye.makefile("rb") as lines:
        lines.readline()  # one that goes before it read what it was told resets the connection
        eye.sendall(encode(WATCHING)[:-5])
    assert [player.eye_came(), player.eye_came()] == [True, False]
    assert "a line of no end" in caplog.text


def test_photos_are_judged_each_for_who_asked(table: Table) -> None:
    player = table.player()
    table.eye()
    assert player.eye_came()
    with ThreadPoolExecutor(8) as askers:
        sizes = [0, 1, 5_000_000, *range(2, 30)]
        judged = list(askers.map(lambda size: player.server.judge(bytes(size)), sizes))
    assert [judgement.width for judgement in judged] == sizes


def test_the_eyes_complaint_about_a_photo_is_passed_on(table: Table) -> None:
    def refuse(_photo: bytes) -> Judgement:
        raise PictureError("The photo is torn.")

    player = table.player()
    table.eye(refuse)
    assert player.eye_came()
    with pytest.raises(PictureError, match=r"^The photo is torn\.$"):
        player.server.judge(b"photo")


def test_a_photo_that_confuses_the_eye_does_not_blind_it(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    def stumble(_photo: bytes) -> Judgement:
        raise RuntimeError("a bug in a decoder")

    player, eye = table.player(), table.eye(stumble)
    assert player.eye_came()
    with pytest.raises(PictureError, match="could not be judged"):
        player.server.judge(b"photo")
    assert "a bug in a decoder" in caplog.text
    assert eye.link.send(WATCHING)
    assert player.next() == WATCHING


def test_an_eye_that_goes_while_it_judges_is_told_at_once(table: Table) -> None:
    player, eye = table.player(), table.raw_eye()
    with ThreadPoolExecutor(1) as asker:
        assert player.eye_came()
        answer = asker.submit(player.server.judge, b"photo")
        with eye.makefile("rb") as lines:
            assert decode_request(lines.readline()) == WatchRequest(True)
            assert decode_request(lines.readline()) == PhotoRequest(1, 5)
        went_at = time.monotonic()
        eye.close()
        with pytest.raises(LinkError, match="did not answer about the photo"):
            answer.result(WAIT_SECONDS)
    assert time.monotonic() - went_at < 1.0


def test_an_eye_that_answers_too_late_is_not_waited_for_and_its_answer_goes_to_nobody(table: Table) -> None:
    player, eye = table.player(photo_timeout_seconds=0.1), table.raw_eye()
    assert player.eye_came()
    with pytest.raises(LinkError, match="did not answer about the photo"):
        player.server.judge(b"photo")

    eye.sendall(b'{"type": "judged", "request": 1, "error": "Too late."}\n' + encode(WATCHING))
    assert player.next() == WATCHING


def test_an_eye_that_takes_no_photo_is_let_go(table: Table) -> None:
    player, stuck = table.player(photo_timeout_seconds=0.1), table.raw_eye()
    assert player.eye_came()
    with pytest.raises(LinkError, match="did not take the photo"):
        player.server.judge(bytes(4_000_000))
    assert not player.eye_came()
    stuck.close()

    table.eye()
    assert player.eye_came()
    assert player.server.judge(bytes(7)).width == 7


def test_no_photo_is_sent_without_an_eye_or_beyond_the_limit(table: Table) -> None:
    player = table.player()
    with pytest.raises(LinkError, match="The eye does not run"):
        player.server.judge(b"photo")
    with pytest.raises(PictureError, match=f"{LARGEST_PHOTO_BYTES} are allowed"):
        player.server.judge(bytes(LARGEST_PHOTO_BYTES + 1))


def test_an_eye_leaves_a_player_that_talks_nonsense(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listener:
        table.path.parent.mkdir()
        listener.bind(str(table.path))
        listener.listen(2)
        listener.settimeout(WAIT_SECONDS)
        eye = table.eye()
        with listener.accept()[0] as player:
            player.sendall(b"nonsense\n")
            assert eye.lost.wait(WAIT_SECONDS)
        assert "The player sent a line that is not understood" in caplog.text
        with listener.accept()[0]:  # it tries again
            pass


def test_an_eye_does_not_hammer_a_player_that_turns_it_away(table: Table) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listener:
        table.path.parent.mkdir()
        listener.bind(str(table.path))
        listener.listen(2)
        listener.settimeout(WAIT_SECONDS)
        table.eye()
        listener.accept()[0].close()
        turned_away_at = time.monotonic()
        listener.accept()[0].close()
    assert time.monotonic() - turned_away_at > 0.8


def test_a_second_player_is_refused_however_often_it_tries(table: Table) -> None:
    first, eye = table.player(), table.eye()
    assert eye.link.wait_connected(WAIT_SECONDS)
    assert first.eye_came()
    for _ in range(4):  # more than may wait at a socket
        second = EyeServer(table.path, first.said.put, first.came.put)
        with pytest.raises(LinkError, match="Another mien already runs"):
            second.start()
        second.close()
    assert eye.link.send(WATCHING)
    assert first.next() == WATCHING


def test_the_socket_of_a_player_that_died_is_replaced(table: Table) -> None:
    table.path.parent.mkdir()
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as dead:
        dead.bind(str(table.path))
    assert table.path.exists()

    player = table.player()
    table.eye()
    assert player.eye_came()


@pytest.mark.parametrize("place", ["file/eye.sock", f"{'long' * 40}/eye.sock"])
def test_a_place_where_no_socket_can_be_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    server = EyeServer(tmp_path / place, print, print)
    with pytest.raises(LinkError, match=r"eye\.sock cannot be made: "):
        server.start()


def test_both_ends_close_quietly_and_twice(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    player, eye = table.player(), table.eye()
    assert player.eye_came()
    player.server.close()
    player.server.close()
    assert not player.eye_came()
    assert not table.path.exists()
    eye.link.close()
    eye.link.close()
    assert not eye.link.send(WATCHING)
    assert caplog.text == ""


def test_ends_that_never_started_can_be_closed(table: Table) -> None:
    EyeServer(table.path, print, print).close()
    eye = table.eye()
    eye.link.close()


def test_every_eye_is_told_first_whether_to_watch(table: Table) -> None:
    player = table.player()
    player.server.set_watching(False)  # nobody is there to take it in
    eye = table.eye()
    assert eye.watches.get(timeout=WAIT_SECONDS) is False
    player.server.set_watching(True)
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    player.server.set_watching(False)
    assert eye.watches.get(timeout=WAIT_SECONDS) is False
    eye.link.close()
    assert [player.eye_came(), player.eye_came()] == [True, False]
    with raw_eye(table.path) as another, another.makefile("rb") as lines:
        assert decode_request(lines.readline()) == WatchRequest(False)


def test_an_eye_that_comes_back_is_told_again(table: Table) -> None:
    first, eye = table.player(), table.eye()
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    first.server.close()
    second = table.player()
    second.server.set_watching(False)
    while eye.watches.get(timeout=WAIT_SECONDS):
        """It may have come before the second player knew."""


def test_an_eye_is_told_while_it_judges_photos(table: Table) -> None:
    player, eye = table.player(), table.eye()
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    with ThreadPoolExecutor(4) as askers:
        answers = [askers.submit(player.server.judge, b"x" * size) for size in range(1, 200)]
        wishes = [number % 3 == 0 for number in range(50)]
        for wish in wishes:
            player.server.set_watching(wish)
        assert [answer.result(WAIT_SECONDS).width for answer in answers] == list(range(1, 200))
    assert [eye.watches.get(timeout=WAIT_SECONDS) for _ in wishes] == wishes


def test_an_eye_is_told_at_once_while_a_photo_takes_its_time(table: Table) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def judge(photo: bytes) -> Judgement:
        begun.set()
        assert may_end.wait(WAIT_SECONDS)
        return Judgement(len(photo), 1, ())

    player, eye = table.player(), table.eye(judge)
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    with ThreadPoolExecutor(4) as askers:
        answers = [askers.submit(player.server.judge, bytes(size)) for size in (8_000_000, 8_000_001, 1)]
        assert begun.wait(WAIT_SECONDS)
        try:
            player.server.set_watching(False)
            assert eye.watches.get(timeout=1.0) is False
        finally:
            may_end.set()
        assert [answer.result(WAIT_SECONDS).width for answer in answers] == [8_000_000, 8_000_001, 1]


def test_more_photos_than_may_wait_are_refused_and_the_others_judged(table: Table) -> None:
    may_end = threading.Event()

    def judge(photo: bytes) -> Judgement:
        assert may_end.wait(WAIT_SECONDS)
        return Judgement(len(photo), 1, ())

    player = table.player()
    table.eye(judge)
    assert player.eye_came()
    with ThreadPoolExecutor(20) as askers:
        answers = [askers.submit(player.server.judge, b"photo") for _ in range(20)]
        try:
            refused = next(as_completed(answers, WAIT_SECONDS))
            with pytest.raises(PictureError, match="The eye judges other photos"):
                refused.result()
        finally:
            may_end.set()
        judged = [answer for answer in answers if answer.exception(WAIT_SECONDS) is None]
    assert len(judged) >= 8


def test_a_photo_of_a_player_that_went_is_answered_to_no_other(table: Table) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def judge(photo: bytes) -> Judgement:
        begun.set()
        assert may_end.wait(WAIT_SECONDS)
        return Judgement(len(photo), 1, ())

    first, eye = table.player(), table.eye(judge)
    assert first.eye_came()
    with ThreadPoolExecutor(2) as askers:
        lost = askers.submit(first.server.judge, b"of the first")
        assert begun.wait(WAIT_SECONDS)
        first.server.close()
        with pytest.raises(LinkError):
            lost.result(WAIT_SECONDS)
        second = table.player()
        assert second.eye_came()
        answer = askers.submit(second.server.judge, b"another")
        may_end.set()
        assert answer.result(WAIT_SECONDS).width == len(b"another")
    assert eye.link.send(WATCHING)


def test_off_is_no_word_of_the_player_alone(table: Table) -> None:
    player, eye = table.player(), table.raw_eye()
    assert player.eye_came()
    with ThreadPoolExecutor(1) as other, eye.makefile("rb") as lines:
        turning = other.submit(player.server.set_watching, False)
        assert [decode_request(lines.readline()) for _ in range(2)] == [WatchRequest(True), WatchRequest(False)]
        eye.sendall(encode(WATCHING))
        assert player.next() == WATCHING
        assert not turning.done()
        eye.sendall(encode(RESTING))
        turning.result(1.0)
    player.server.set_watching(False)  # it rests already


@pytest.mark.parametrize("ends", [EyeState(EyeCondition.ENDED, ""), None])
def test_an_eye_that_ended_looks_no_more(table: Table, ends: EyeState | None) -> None:
    player, eye = table.player(), table.raw_eye()
    assert player.eye_came()
    with ThreadPoolExecutor(1) as other:
        turning = other.submit(player.server.set_watching, False)
        eye.shutdown(socket.SHUT_RDWR) if ends is None else eye.sendall(encode(ends))
        turning.result(1.0)


def test_an_eye_that_does_not_close_its_camera_is_dropped_and_that_is_said_until_one_rests(table: Table) -> None:
    player, hung = table.player(rest_seconds=0.2), table.raw_eye()
    assert player.eye_came()
    for _ in range(2):  # a second try knows no more
        with pytest.raises(LinkError, match="its camera may still be open"):
            player.server.set_watching(False)
    assert not player.eye_came()
    hung.close()
    with raw_eye(table.path) as next_one, next_one.makefile("rb") as lines:
        assert decode_request(lines.readline()) == WatchRequest(False)
        next_one.sendall(encode(RESTING))
        assert player.next() == RESTING
        player.server.set_watching(False)


@pytest.mark.parametrize("size", [0, 4_000_000])
def test_off_does_not_wait_for_an_eye_that_takes_nothing_in(table: Table, size: int) -> None:
    player = table.player(rest_seconds=0.3)
    table.raw_eye()
    assert player.eye_came()
    with ThreadPoolExecutor(1) as asker:
        photo = asker.submit(player.server.judge, bytes(size))
        began = time.monotonic()
        with pytest.raises(LinkError, match="its camera may still be open"):
            player.server.set_watching(False)
        assert time.monotonic() - began < 1.0
        with pytest.raises(LinkError, match="The eye did not"):
            photo.result(WAIT_SECONDS)


def test_an_eye_without_a_player_rests_until_one_tells_it_to_watch(table: Table) -> None:
    first, eye = table.player(), table.eye(alone_seconds=0.3)
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    first.server.close()
    assert eye.watches.get(timeout=WAIT_SECONDS) is False
    table.player()
    assert eye.watches.get(timeout=WAIT_SECONDS) is True


def test_an_eye_whose_player_is_soon_back_watches_on(table: Table) -> None:
    first, eye = table.player(), table.eye(alone_seconds=2.5)
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    first.server.close()
    assert eye.lost.wait(WAIT_SECONDS)
    second = table.player()
    assert eye.watches.get(timeout=2.4) is True
    second.server.set_watching(False)
    assert eye.watches.get(timeout=WAIT_SECONDS) is False
    second.server.set_watching(True)
    assert eye.watches.get(timeout=WAIT_SECONDS) is True
    with pytest.raises(Empty):
        eye.watches.get(timeout=1.5)  # the time alone ended with the second player's first word
