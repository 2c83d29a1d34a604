"""Traces: what is written is read back to the last bit, and nothing that happens to the file hurts who writes."""

import logging
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from edge.link.messages import observations
from edge.mood.streams import seen, stream
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.config import load
from mien.errors import OutputError, SettingsError, TraceError
from mien.link.lines import LONGEST_LINE_BYTES
from mien.mood.affect import mood_of_emotion, undecided
from mien.mood.baseline import Baseline
from mien.mood.tracker import MoodTracker
from mien.trace import TraceReader, TraceWriter
from mien.trace_lines import Asked, DecidedMood, LessonEnded, TraceItem
from mien.types import Affect, Emotion, Mood, MoodChange, Observation, Presence

SETTINGS = load(Path(os.devnull), {"mood": {"dwell_seconds": 1.25}, "music": {"library": "/secret/music"}})
LIMIT_BYTES = 1_000_000
UNIT = st.floats(0, 1)
SIGNED = st.floats(-1, 1)
TIMES = st.floats(-1e9, 1e9)
Recorded = tuple[Observation, MoodChange | None] | Asked


@st.composite
def moods(draw: st.DrawFn) -> Mood:
    affect = Affect(draw(SIGNED), draw(SIGNED))
    emotion = draw(st.none() | st.sampled_from(Emotion))
    presence = draw(st.sampled_from((Presence.UNSURE, Presence.NOBODY))) if emotion is None else Presence.DECIDED
    return Mood(presence, emotion, affect, draw(UNIT))


def recordings() -> st.SearchStrategy[Recorded]:
    return st.sampled_from(Asked) | st.tuples(observations(st.floats(-1e10, 1e10)), st.none() | changes())


def changes() -> st.SearchStrategy[MoodChange]:
    return st.builds(MoodChange, TIMES, st.just(undecided(Presence.NOBODY)), moods())


def write(path: Path, recorded: Sequence[Recorded], limit_bytes: int = LIMIT_BYTES) -> None:
    writer = TraceWriter(path, SETTINGS, limit_bytes)
    for one in recorded:
        if isinstance(one, Asked):
            writer.asked(one)
        else:
            writer.record(*one)
    writer.close()


def evening(seconds: float = 10.0) -> list[tuple[Observation, MoodChange | None]]:
    tracker = MoodTracker(SETTINGS)
    parts = [(seconds / 2, Emotion.SAD), (seconds / 2, Emotion.HAPPY)]
    return [(observation, tracker.update(observation)) for observation in stream(parts, 6)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evening.trace"


@settings(max_examples=40)
@given(st.lists(recordings(), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, recorded: list[Recorded]) -> None:
    path = tmp_path_factory.mktemp("trace") / "a.trace"
    write(path, recorded)
    expected: list[TraceItem] = []
    for one in recorded:
        seen_or_asked, change = (one, None) if isinstance(one, Asked) else one
        expected.append(seen_or_asked)
        expected += [] if change is None else [DecidedMood(change.at, change.current)]
    reader = TraceReader(path)
    assert list(reader) == expected
    assert list(reader) == expected


def test_the_header_tells_what_decides_moods_and_nothing_of_the_owner(path: Path) -> None:
    write(path, evening())
    reader = TraceReader(path)
    assert dict(reader.header.settings) == {
        "people": SETTINGS.people.model_dump(),
        "mood": SETTINGS.mood.model_dump(exclude={"keep_baseline"}),
    }
    assert reader.settings().mood == SETTINGS.mood
    assert "secret" not in path.read_text()


def test_a_face_at_rest_that_was_known_from_before_comes_back(path: Path) -> None:
    known = Baseline((-4.5, -5.25, -4.0, -3.5, -2.125, -5.0), 45.0)
    writer = TraceWriter(path, SETTINGS, LIMIT_BYTES)
    writer.known(known)
    writer.record(seen(0.0, Emotion.SAD), None)
    writer.close()
    assert TraceReader(path).header.baseline == known


def test_it_is_the_users_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        write(path, evening())
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_there_is_not_overwritten(path: Path) -> None:
    path.write_text("my diary")
    with pytest.raises(OutputError, match="is there already: give another name, or delete it"):
        TraceWriter(path, SETTINGS, LIMIT_BYTES)
    assert path.read_text() == "my diary"


@pytest.mark.parametrize("name", ["/dev/null", "/dev/full", "-"])
def test_nobody_is_told_to_delete_a_device(name: str) -> None:
    with pytest.raises(OutputError, match=f"A trace needs a file of its own, and '{name}' is none"):
        TraceWriter(Path(name), SETTINGS, LIMIT_BYTES)
    assert not Path("-").exists()


def test_two_do_not_record_into_one_file(path: Path) -> None:
    first = TraceWriter(path, SETTINGS, LIMIT_BYTES)
    with pytest.raises(OutputError, match=r"Another mien records the trace .*: give another name\."):
        TraceWriter(path, SETTINGS, LIMIT_BYTES)
    first.record(seen(0.0, Emotion.SAD), None)
    first.close()
    assert list(TraceReader(path)) == [seen(0.0, Emotion.SAD)]


def test_what_a_failed_start_leaves_is_no_hindrance(path: Path) -> None:
    TraceWriter(path, SETTINGS, LIMIT_BYTES).close()
    assert path.read_bytes() == b""
    path.chmod(0o644)
    write(path, evening())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(list(TraceReader(path))) > 50


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"none/a\.trace cannot be written: No such file or directory\."):
        TraceWriter(tmp_path / "none/a.trace", SETTINGS, LIMIT_BYTES)


def test_it_is_written_about_every_ten_seconds(path: Path) -> None:
    now = 100.0
    writer = TraceWriter(path, SETTINGS, LIMIT_BYTES, clock=lambda: now)
    sizes = []
    for second in range(30):
        now = 100.0 + second
        writer.record(seen(float(second), Emotion.SAD), None)
        sizes.append(path.stat().st_size)
    assert [second for second in range(1, 30) if sizes[second] > sizes[second - 1]] == [10, 20]
    writer.close()
    assert len(list(TraceReader(path))) == 30


def test_it_ends_at_its_limit_with_one_warning(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        write(path, [(seen(float(second), Emotion.SAD), None) for second in range(60)], limit_bytes=5000)
    assert [record.getMessage() for record in caplog.records] == [
        f"The trace {path} ends here: it has reached its limit of 5000 bytes."
    ]
    assert 4000 < path.stat().st_size <= 5000
    kept = list(TraceReader(path))
    assert 5 < len(kept) < 60
    assert kept == [seen(float(second), Emotion.SAD) for second in range(len(kept))]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_it_with_one_warning(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = TraceWriter(path, SETTINGS, LIMIT_BYTES)
    full = os.open("/dev/full", os.O_WRONLY)
    (descriptor,) = [int(one.name) for one in Path("/proc/self/fd").iterdir() if is_link_to(one, path)]
    os.dup2(full, descriptor)
    os.close(full)
    with caplog.at_level(logging.WARNING):
        for observation, change in evening() * 40:
            writer.record(observation, change)
        writer.close()
        writer.close()
    assert [record.getMessage() for record in caplog.records] == [
        f"The trace {path} ends here: it cannot be written (No space left on device)."
    ]


def is_link_to(link: Path, path: Path) -> bool:
    try:
        return link.readlink() == path
    except OSError:
        return False  # the listing's own descriptor


@settings(max_examples=25)
@given(st.data())
def test_a_torn_end_costs_the_torn_line_alone(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("trace") / "a.trace"
    write(path, evening())
    whole, items = path.read_bytes(), list(TraceReader(path))
    header_bytes = whole.index(b"\n") + 1
    kept = data.draw(st.integers(header_bytes, len(whole)))
    path.write_bytes(whole[:kept] + b"\0" * data.draw(st.integers(0, 5)))
    assert list(TraceReader(path)) == items[: whole[header_bytes:kept].count(b"\n")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no trace: name a file that"),
        (b"Dear diary\n", "is no trace: name a file that"),
        (b"\x00\x01\xff" * 1000, "is no trace: name a file that"),
        (b"[1]\n", "is no trace: name a file that"),
        (b'{"type":"observation"}\n', "is no trace: name a file that"),
        (
            b'{"type":"trace","version":1,"mien":"0","date":"now","settings":{},"baseline":null}\n',
            "is no trace: name a file that",
        ),
        (
            b'{"type":"trace","version":0,"mien":"0","date":"2026-01-01","settings":{},"baseline":null}\n',
            "is no trace: name a file that",
        ),
        (
            b'{"type":"trace","version":1,"mien":"\\u001b[2J","date":"2026-01-01","settings":{},"baseline":null}\n',
            "is no trace: name a file that",
        ),
        (b'{"type":"trace","version":2}\n', "was recorded by a newer mien: bring this one up to date"),
    ],
)
def test_another_file_is_named(path: Path, content: bytes, complaint: str) -> None:
    path.write_bytes(content)
    with pytest.raises(TraceError, match=complaint):
        TraceReader(path)


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"\xff",
        b'{"type":"eye","condition":"watching","message":"","fault":null}',
        b'{"type":"observation","seen_at":1e300,"width":1,"height":1,"faces":[]}',
        b'{"type":"mood","at":1,"emotion":"joy","confidence":1,"valence":0,"arousal":0}',
        b'{"type":"mood","at":NaN,"emotion":"happy","confidence":1,"valence":0,"arousal":0}',
        b'{"type":"mood","at":1,"emotion":"happy","confidence":2,"valence":0,"arousal":0}',
        b'{"type":"asked","what":"dance"}',
    ],
)
def test_a_line_that_is_none_is_named(path: Path, line: bytes) -> None:
    write(path, evening())
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*lines[:3], line, *lines[3:], b""]))
    with pytest.raises(TraceError, match=r"Line 4 of the trace .* is not understood: copy the file again\."):
        list(TraceReader(path))


def test_settings_of_another_version_are_left_out_and_impossible_ones_named(path: Path) -> None:
    write(path, evening())
    text = path.read_text()
    path.write_text(text.replace('"dwell_seconds":1.25', '"dwell_seconds":2.5,"courage":3'))
    assert TraceReader(path).settings().mood.dwell_seconds == 2.5
    path.write_text(text.replace('"dwell_seconds":1.25', '"dwell_seconds":-1'))
    with pytest.raises(SettingsError, match=r"The settings in the trace .*\.trace cannot be used: mood\.dwell_seconds"):
        TraceReader(path).settings()


def test_what_an_older_trace_does_not_tell_is_as_it_comes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, evening())
    path.write_text(path.read_text().replace('"dwell_seconds":1.25,', ""))
    todays = tmp_path / "mien.toml"
    todays.write_text("[mood]\ndwell_seconds = 9.0\n")
    monkeypatch.setenv("MIEN_CONFIG", str(todays))
    assert TraceReader(path).settings().mood.dwell_seconds == load(Path(os.devnull)).mood.dwell_seconds
    assert TraceReader(path).settings({"mood": {"dwell_seconds": 3.0}}).mood.dwell_seconds == 3.0


def test_a_line_without_end_is_no_end_that_a_power_cut_tore(path: Path) -> None:
    write(path, evening())
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"x" * (LONGEST_LINE_BYTES + 5), b"\n", *lines[3:]]))
    with pytest.raises(TraceError, match=r"Line 4 of the trace .* is not understood"):
        list(TraceReader(path))


def test_what_was_read_is_told_as_a_share(path: Path) -> None:
    write(path, evening())
    reader = TraceReader(path)
    shares = [reader.read_share for _ in reader]
    assert shares == sorted(shares)
    assert (shares[0] < 0.2, reader.read_share) == (True, 1.0)


def test_no_observation_stands_at_the_limit_without_the_mood_that_it_made(path: Path) -> None:
    change = MoodChange(1.0, undecided(Presence.NOBODY), mood_of_emotion(Emotion.HAPPY))
    recorded = [(seen(0.0, Emotion.HAPPY), None), (seen(1.0, Emotion.HAPPY), change)]
    write(path, recorded)
    size_bytes = path.stat().st_size
    path.unlink()
    write(path, recorded, limit_bytes=size_bytes - 1)
    assert list(TraceReader(path)) == [seen(0.0, Emotion.HAPPY)]


def test_a_lesson_that_the_clock_ended_is_told(path: Path) -> None:
    writer = TraceWriter(path, SETTINGS, LIMIT_BYTES)
    writer.asked(Asked.LEARN)
    writer.lesson_ended()
    writer.record(Observation(0.0), None)
    writer.close()
    assert list(TraceReader(path)) == [Asked.LEARN, LessonEnded(), Observation(0.0)]


def test_a_change_of_mood_follows_the_observation_that_made_it(path: Path) -> None:
    change = MoodChange(1.0, undecided(Presence.NOBODY), mood_of_emotion(Emotion.HAPPY))
    write(path, [(Observation(0.0), None), (Observation(1.0), change), (Observation(2.0), None)])
    kinds = [type(item).__name__ for item in TraceReader(path)]
    assert kinds == ["Observation", "Observation", "DecidedMood", "Observation"]
