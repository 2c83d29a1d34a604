"""A player that is shouted at: malformed lines, floods, storms of connections, strangers."""

import json
import logging
import random
import socket
import string
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from edge.link.ends import PlayerEnd, raw_eye
from edge.music.waiting import wait_until

from mien.link.lines import (
    LONGEST_LINE_BYTES,
    EyeCondition,
    EyeState,
    PhotoAnswer,
    WatchRequest,
    decode_request,
    encode,
)
from mien.link.pace import Pace
from mien.types import Box, Expression, Face, JudgedFace, Judgement, Observation, Point, Sighting

FACE = Face(Box(10, 20, 110, 140), Point(40, 60), Point(80, 60), 0.9)
EXPRESSION = Expression((0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1))
SEEN = Observation(12.5, (Sighting(FACE, EXPRESSION, 0.8),), 640, 480)
GOOD = (
    encode(SEEN),
    encode(PhotoAnswer(3, Judgement(640, 480, (JudgedFace(FACE, EXPRESSION),)), "")),
    encode(EyeState(EyeCondition.TROUBLE, "The camera is unplugged.")),
)
NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "9" * 5000, '"much"', "null", "[]", "{}", "[[[[1]]]]"]


def unhurried() -> Pace:
    return Pace(at_once=10**6, per_second=1e6)


def torn(dice: random.Random) -> bytes:
    line = dice.choice(GOOD)
    return line[: dice.randrange(1, len(line) - 2)] + b"\n"


def with_a_number_that_is_none(dice: random.Random) -> bytes:
    line = encode(SEEN).decode()
    return line.replace(dice.choice(["12.5", "10,", "0.9", "0.8", "0.4"]).rstrip(","), dice.choice(NO_NUMBERS)).encode()


def with_a_key_missing(dice: random.Random) -> bytes:
    fields = json.loads(dice.choice(GOOD))
    del fields[dice.choice(sorted(fields))]
    return json.dumps(fields).encode() + b"\n"


def of_another_type(dice: random.Random) -> bytes:
    fields = json.loads(dice.choice(GOOD))
    fields["type"] = dice.choice(
        [None, 7, [], {}, "judge", "".join(dice.choices(string.printable, k=50)), "x" * 100_000]
    )
    return json.dumps(fields).encode() + b"\n"


def of_another_shape(dice: random.Random) -> bytes:
    return json.dumps(dice.choice([None, 7, "line", [], [0.8] * 50, {}, {"type": "observation"}])).encode() + b"\n"


def nested(dice: random.Random) -> bytes:
    opening = dice.choice([b"[", b'{"face":', b'{"type":"observation","seen_at":1,"face":['])
    return opening * dice.choice([10, 1000, 20_000]) + b"\n"


def binary(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 300)).replace(b"\n", b"") + b"\xff\n"


def without_an_end(dice: random.Random) -> bytes:
    return dice.choice(GOOD)[:-1]


KINDS: list[Callable[[random.Random], bytes]] = [
    torn,
    with_a_number_that_is_none,
    with_a_key_missing,
    of_another_type,
    of_another_shape,
    nested,
    binary,
    without_an_end,
]


def malformed_lines(count: int) -> Iterator[bytes]:
    dice = random.Random(1)
    for number in range(count):
        yield bytes([dice.choice(b" [x")]) * (LONGEST_LINE_BYTES + 1) if number % 500 == 0 else dice.choice(KINDS)(dice)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "eye.sock"


def hear_first_word(eye: socket.socket) -> None:
    """Who goes without having read what they were told resets the connection."""
    with eye.makefile("rb") as lines:
        assert decode_request(lines.readline()) == WatchRequest(True)


def shout(path: Path, line: bytes) -> None:
    with raw_eye(path) as eye:
        hear_first_word(eye)
        try:
            eye.sendall(line)
        except OSError:  # it was shown the door in the middle of its line
            logging.getLogger(__name__).debug("shown the door")


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_after_malformed_lines_the_next_good_eye_is_served(
    path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    player = PlayerEnd(path, connections=unhurried())
    with closing(player.server):
        for line in malformed_lines(count):
            shout(path, line)
        with raw_eye(path) as eye:
            hear_first_word(eye)
            eye.sendall(encode(SEEN))
            assert player.next() == SEEN
    assert player.said.empty()
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == count
    assert max(map(len, lines)) < 400


def test_a_flood_comes_at_the_pace_of_a_good_eye_so_that_nothing_piles_up(path: Path) -> None:
    player = PlayerEnd(path)
    with closing(player.server), raw_eye(path) as eye:
        began = time.monotonic()
        while time.monotonic() < began + 1.0:
            eye.send(encode(SEEN) * 100)
        heard, took = player.said.qsize(), time.monotonic() - began
    assert 1000 < heard <= 1001 + 250 * took


def test_a_storm_of_connections_is_slowed_down_and_a_good_eye_waits_its_turn(path: Path) -> None:
    player = PlayerEnd(path, connections=Pace(at_once=3, per_second=5.0))
    with closing(player.server):
        began = time.monotonic()
        for _ in range(6):
            shout(path, b"nonsense\n")
        with raw_eye(path) as eye:
            eye.sendall(encode(SEEN))
            assert player.next() == SEEN
    assert 0.5 < time.monotonic() - began < 5.0


def test_a_stranger_is_turned_away_with_one_line_in_the_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    nobody_here = frozenset({2**31 - 7})
    player = PlayerEnd(path, users=nobody_here, connections=unhurried())
    with closing(player.server):
        for _ in range(5):
            with raw_eye(path) as eye:
                assert eye.recv(1) == b""
    assert player.said.empty()
    assert player.came.empty()
    (line,) = [record.getMessage() for record in caplog.records]
    assert "wanted to be the eye; it is turned away" in line


def test_a_shortage_of_files_passes_without_deafening_the_player(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`accept` fails while the process may open no more files, and works again afterwards."""
    import resource

    player = PlayerEnd(path)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with closing(player.server), closing(socket.socket(socket.AF_UNIX)) as eye:
        with closing(socket.socket(socket.AF_UNIX)) as first:
            first.connect(str(path))
            first.sendall(encode(SEEN))
            assert player.next() == SEEN
            eye.connect(str(path))
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))  # all three are open already
        try:
            wait_until(lambda: any("No eye can connect for the moment" in message for message in caplog.messages))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        eye.sendall(encode(SEEN))
        assert player.next() == SEEN


@pytest.mark.parametrize(("at_once", "per_second"), [(1, 1.0), (10, 0.2), (1000, 250.0)])
def test_a_pace_lets_a_burst_through_and_then_so_many_a_second(at_once: int, per_second: float) -> None:
    pace = Pace(at_once, per_second)
    now = 1000.0
    waits = []
    for _ in range(at_once + 10):
        waits.append(pace.wait_seconds(now))
        now += waits[-1]
    assert waits[:at_once] == pytest.approx([0.0] * at_once, abs=1e-9)
    assert waits[at_once:] == pytest.approx([1 / per_second] * 10)
    now += 10 * at_once / per_second  # after a rest, as at first
    assert [pace.wait_seconds(now) for _ in range(at_once)] == [0.0] * at_once


def test_an_eye_that_is_not_too_fast_never_waits() -> None:
    pace = Pace(at_once=2, per_second=10.0)
    assert {pace.wait_seconds(number / 10) for number in range(1000)} == {0.0}
