import json
from collections.abc import Iterator
from typing import Any

import pytest
from edge.link.messages import MESSAGES, observations
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import config
from mien.errors import LinkError
from mien.link.lines import (
    LARGEST_PHOTO_BYTES,
    LONGEST_LINE_BYTES,
    EyeCondition,
    EyeState,
    Message,
    PhotoAnswer,
    PhotoRequest,
    WatchRequest,
    decode,
    decode_request,
    encode,
)
from mien.mood.tracker import MoodTracker
from mien.types import Box, Expression, Face, JudgedFace, Judgement, Observation, Point, Sighting

EXPRESSION = Expression((0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1))
FACE = Face(Box(10, 20, 110, 140), Point(40, 60), Point(80, 60), 0.9)
OBSERVATION = Observation(12.5, (Sighting(FACE, EXPRESSION, 0.8),), 640, 480)
ANSWER = PhotoAnswer(3, Judgement(640, 480, (JudgedFace(FACE, EXPRESSION),)), "")
STATE = EyeState(EyeCondition.TROUBLE, "The camera is unplugged.")
FACE_FIELDS = json.loads(encode(OBSERVATION))["faces"][0]
BOXES_OF_NO_FACE = [
    [0, 0, 5e-324, 1],
    [0, 0, 1, 5e-324],
    [0, 0, 9e-4, 1],
    [-1e308, 0, 1e308, 1],
    [0, 0, 1.1e6, 1],
    [0, 0, 1, 1.1e6],
    [10, 0, 0, 1],
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=10,
)
WRONG = st.one_of(JSON, st.just(10**400), st.just(1e308), st.just("0.5"), st.just([[[[]]]] * 4))


def places(fields: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside nested dictionaries and lists."""
    inner = fields.items() if isinstance(fields, dict) else enumerate(fields) if isinstance(fields, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(message: Message, path: tuple[Any, ...], value: object) -> bytes:
    fields = json.loads(encode(message))
    holder = fields
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return json.dumps(fields).encode() + b"\n"


def refused_or_read(line: bytes) -> None:
    try:
        message = decode(line)
    except LinkError as error:
        assert str(error).startswith("The eye sent a line that is not understood")  # noqa: PT017 - both ends are right
    else:
        assert decode(encode(message)) == message


@settings(max_examples=150)
@given(MESSAGES)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == message


@settings(max_examples=100)
@given(observations())
def test_a_line_holds_no_more_than_a_few_numbers(observation: Observation) -> None:
    assert len(encode(observation)) < 100 + 550 * len(observation.sightings)


@given(st.integers(0, 2**62), st.integers(0, LARGEST_PHOTO_BYTES))
def test_a_request_comes_back_as_it_was(request: int, size_bytes: int) -> None:
    assert decode_request(encode(PhotoRequest(request, size_bytes))) == PhotoRequest(request, size_bytes)


@pytest.mark.parametrize("watching", [True, False])
def test_whether_to_watch_comes_back_as_it_was(watching: bool) -> None:
    assert decode_request(encode(WatchRequest(watching))) == WatchRequest(watching)


def test_words_in_any_bytes_come_back() -> None:
    state = EyeState(EyeCondition.TROUBLE, "/music/caf\udce9 \n\x00\u2028")
    assert decode(encode(state)) == state


def test_a_crowd_fits_into_a_line() -> None:
    crowd = PhotoAnswer(1, Judgement(8000, 6000, (JudgedFace(FACE, EXPRESSION),) * 2000), "")
    assert len(encode(crowd)) < LONGEST_LINE_BYTES


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused(line: bytes) -> None:
    with pytest.raises(LinkError):
        decode(line)
    with pytest.raises(LinkError):
        decode_request(line)


@settings(max_examples=200)
@given(JSON | st.dictionaries(st.sampled_from(["type", "seen_at", "face", "quality", "error"]), JSON))
def test_json_of_any_kind_is_refused(value: object) -> None:
    line = json.dumps(value).encode()
    with pytest.raises(LinkError):
        decode(line)
    with pytest.raises(LinkError):
        decode_request(line)


@settings(max_examples=150)
@given(MESSAGES, st.data())
def test_a_torn_line_is_refused(message: Message, data: st.DataObject) -> None:
    line = encode(message)
    with pytest.raises(LinkError):
        decode(line[: data.draw(st.integers(0, len(line) - 2))])


@settings(max_examples=200)
@given(MESSAGES, st.data())
def test_a_wrong_value_anywhere_is_refused_or_harmless(message: Message, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(json.loads(encode(message))))))
    refused_or_read(changed(message, path, data.draw(WRONG)))


@pytest.mark.parametrize("message", [OBSERVATION, ANSWER, STATE, PhotoAnswer(1, None, "It is torn.")])
def test_nothing_may_be_missing(message: Message) -> None:
    for path in places(json.loads(encode(message))):
        if path != ("faces", 0):  # no face is a good answer, too
            with pytest.raises(LinkError):
                decode(changed(message, path, ...))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400, "much", None, [], {}])
def test_a_number_that_is_none_is_refused_everywhere(number: object) -> None:
    for message in (OBSERVATION, ANSWER):
        fields = json.loads(encode(message))
        for path in places(fields):
            value = fields
            for key in path:
                value = value[key]
            if isinstance(value, float):
                with pytest.raises(LinkError):
                    decode(changed(message, path, number))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *((("faces", 0, "box"), box) for box in BOXES_OF_NO_FACE),
        *((("faces", 0, "eyes"), eyes) for eyes in ([1e308, -1e308, 1e308, -1e308], [0, 2e6, 0, 0])),
        *(((side,), size) for side in ("width", "height") for size in (-1, 10**7, 10**400)),
        *((("seen_at",), seconds) for seconds in (1e13, -1e308)),
        (("faces",), [FACE_FIELDS] * 65),
    ],
)
def test_what_no_eye_can_see_is_refused(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(LinkError, match="a line that is not understood"):
        decode(changed(OBSERVATION, path, value))


def test_a_full_hall_is_read() -> None:
    observation = decode(changed(OBSERVATION, ("faces",), [FACE_FIELDS] * 64))
    assert isinstance(observation, Observation)
    assert len(observation.sightings) == 64


@settings(max_examples=40)
@given(st.lists(observations(), min_size=1, max_size=6), st.sampled_from(["largest", "central", "seat", "everyone"]))
def test_whatever_an_eye_may_say_is_followed_without_a_fault(said: list[Observation], follow: str) -> None:
    tracker = MoodTracker(config.load(changes={"people": {"follow": follow}}))
    for observation in said:
        tracker.update(observation)


@pytest.mark.parametrize("truth", [0, 1, "false", None, 0.5])
def test_only_true_and_false_say_whether_a_face_is_unsure(truth: object) -> None:
    with pytest.raises(LinkError, match="true or false was expected"):
        decode(changed(ANSWER, ("faces", 0, "unsure"), truth))


@pytest.mark.parametrize("depth", [10, 1000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    for opening in (b"[", b'{"face":'):
        with pytest.raises(LinkError):
            decode(b'{"type":"observation","seen_at":1,"face":' + opening * depth)


@pytest.mark.parametrize("size_bytes", [-1, LARGEST_PHOTO_BYTES + 1, 10**30])
def test_a_photo_beyond_the_limit_is_refused(size_bytes: int) -> None:
    with pytest.raises(LinkError, match=f"a photo of {size_bytes} bytes"):
        decode_request(json.dumps({"type": "judge", "request": 1, "bytes": size_bytes}).encode())


@pytest.mark.parametrize(
    "line",
    [
        b'{"request": 1, "bytes": 1}',
        b'{"type": "judge", "request": 1}',
        b'{"type": "judge", "request": "x", "bytes": 1}',
        b'{"type": "judge", "request": 1, "bytes": 1e999}',
        b'{"type": "sleep", "request": 1, "bytes": 1}',
        b'{"type": "watch"}',
        b'{"type": "watch", "watching": 1}',
        b'{"type": "watch", "watching": "false"}',
        b'{"type": "watch", "watching": null}',
    ],
)
def test_a_torn_request_is_refused(line: bytes) -> None:
    with pytest.raises(LinkError, match="The player sent a line that is not understood"):
        decode_request(line)
