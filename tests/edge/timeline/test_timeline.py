"""Pictures of timelines: in a terminal of any width, and as SVG."""

import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest
from edge.mood.streams import expression
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from mien.mood.look import Look
from mien.timeline.chart import Band, Chart, Span, clock_text, seen_spans, spans_of
from mien.timeline.palette import COLOURS, LETTERS
from mien.timeline.svg import svg
from mien.timeline.terminal import TerminalChart
from mien.types import EMOTIONS, Emotion, Presence

NAMESPACE = "{http://www.w3.org/2000/svg}"
NAMES = [*(emotion.value for emotion in EMOTIONS), Presence.UNSURE.value, Presence.NOBODY.value]


def looks(*parts: tuple[float, Emotion | None], step: float = 0.25) -> tuple[Look, ...]:
    """Each part lasts for its seconds; None is nobody."""
    shown = [emotion for seconds, emotion in parts for _ in range(round(seconds / step))]
    return tuple(
        Look(number * step, None, None, 0.0) if emotion is None else Look(number * step, 1, expression(emotion), 1.0)
        for number, emotion in enumerate(shown)
    )


LOOKS = looks((20, Emotion.SAD), (10, None), (30, Emotion.HAPPY))
CHART = Chart("An evening", 0.0, 60.0, LOOKS, (Band("decided", spans_of([(2.0, "sad"), (33.0, "happy")], 0.0, 60.0)),))


def drawn(chart: Chart, width: int) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(TerminalChart(chart))
    return shown.get().splitlines()


def test_every_mood_has_a_letter_of_its_own_and_every_emotion_a_colour() -> None:
    assert set(LETTERS) == set(NAMES)
    assert len(set(LETTERS.values())) == len(NAMES)
    assert set(COLOURS) == {emotion.value for emotion in EMOTIONS}


def test_moods_become_spans_that_fill_the_time() -> None:
    spans = spans_of([(2.0, "sad"), (33.0, "happy")], 0.0, 60.0)
    assert spans == (Span(0.0, 2.0, "nobody"), Span(2.0, 33.0, "sad"), Span(33.0, 60.0, "happy"))
    assert spans_of([(0.0, "sad")], 0.0, 1.0) == (Span(0.0, 1.0, "sad"),)
    assert spans_of([(9.0, "sad")], 0.0, 1.0) == (Span(0.0, 1.0, "nobody"),)


def test_what_is_seen_becomes_spans_with_gaps_where_nothing_was_looked_at() -> None:
    unclear = Look(60.0, 1, None, 0.0)
    assert seen_spans((*LOOKS, unclear), 61.0) == (
        Span(0.0, 20.0, "sad"),
        Span(20.0, 30.0, "nobody"),
        Span(30.0, 60.0, "happy"),
        Span(60.0, 61.0, "unsure"),
    )
    far = (Look(0.0, None, None, 0.0), Look(10.0, None, None, 0.0))
    assert seen_spans(far, 20.0) == (Span(0.0, 1.0, "nobody"), Span(10.0, 11.0, "nobody"))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3665, "1:01:05")])
def test_times_are_minutes_and_seconds_and_hours_before_them(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_a_terminal_shows_letters_in_proportion() -> None:
    axis, seen, decided, *legend = drawn(CHART, 69)  # "decided" and a gap take 9
    assert seen == "seen     " + "S" * 20 + "." * 10 + "H" * 30
    assert decided == "decided  " + "." * 2 + "S" * 31 + "H" * 27
    assert axis.split() == ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50"]
    assert axis.index("0:10") == 19
    assert " ".join(legend).split() == [f"{letter}={name}" for name, letter in LETTERS.items()]


@settings(max_examples=20)
@given(st.integers(20, 400))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = drawn(CHART, width)
    assert max(map(len, lines)) <= width
    assert [len(line) for line in lines[1:3]] == [max(width, 19)] * 2


def test_a_column_shows_what_fills_the_most_of_it() -> None:
    spans = (Span(0.0, 3.0, "sad"), Span(3.0, 7.0, "happy"), Span(7.0, 10.0, "sad"), Span(10.0, 100.0, "happy"))
    row = drawn(Chart("", 0.0, 100.0, (), (Band("", spans),)), 16)[2]  # ten columns of ten seconds
    assert row.split() == ["SHHHHHHHHH"]


def areas(text: str) -> list[ET.Element]:
    return [path for path in ET.fromstring(text).iter(f"{NAMESPACE}path") if "z" in path.get("d", "")]


def test_an_svg_holds_the_bands_with_their_times_and_needs_nothing_else() -> None:
    text = svg(CHART)
    titles = [element.text for element in ET.fromstring(text).iter(f"{NAMESPACE}title")]
    assert titles == ["nobody, 0.0 to 2.0 s", "sad, 2.0 to 33.0 s", "happy, 33.0 to 60.0 s"]
    assert "prefers-color-scheme: dark" in text
    assert re.findall(r"(?:href|src|@import|url\((?!#))", text) == []
    assert text.isascii()


def test_a_title_is_no_markup() -> None:
    text = svg(Chart('<b> & "', 0.0, 1.0, (), ()))
    assert next(one.text for one in ET.fromstring(text).iter(f"{NAMESPACE}text")) == '<b> & "'


def test_areas_stop_where_nobody_is_and_the_hindmost_reaches_the_top() -> None:
    found = areas(svg(CHART))
    assert len(found) == 2 * len(EMOTIONS)
    starts = sorted({float(re.findall(r"M(\d+)", path.get("d", ""))[0]) for path in found})
    assert starts == [148.0, 148.0 + 800 * 30 / 60]
    hindmost = [path for path in found if path.get("class") == "happy"]
    assert all(set(re.findall(r"l5 (-?\d+)", path.get("d", ""))) == {"0"} for path in hindmost)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.sampled_from([None, *EMOTIONS])), max_size=40), st.integers(0, 9))
def test_any_looks_can_be_drawn(steps: list[tuple[float, Emotion | None]], number: int) -> None:
    times = itertools.accumulate(step for step, _ in steps)
    seen = tuple(
        Look(at, None if emotion is None else 1, None if emotion is None else expression(emotion), 1.0)
        for at, (_, emotion) in zip(times, steps, strict=True)
    )
    end = seen[-1].at if seen else 0.0
    begin = seen[0].at if seen else 0.0
    chart = Chart("Any", begin, end, seen, (Band("seen", seen_spans(seen, end)),))
    for path in areas(svg(chart)):
        assert all(math.isfinite(float(one)) for one in re.findall(r"-?\d+\.?\d*", path.get("d", "")))
    assert len(drawn(chart, 20 + number)) >= 3


def test_a_long_evening_stays_small() -> None:
    many = looks(*[(7, emotion) for emotion in EMOTIONS] * 70, step=0.5)
    text = svg(Chart("Long", 0.0, many[-1].at, many, ()))
    assert len(text) < 20_000
    assert re.findall(r">(\d+:\d\d)<", text)[:3] == ["0:00", "10:00", "20:00"]
    assert "minutes:seconds" in text


def test_a_days_axis_tells_hours() -> None:
    text = svg(Chart("Day", 0.0, 86_400.0, (), ()))
    assert re.findall(r">(\d+:\d\d:\d\d)<", text)[:2] == ["3:00:00", "6:00:00"]
    assert ">h:min:s</text>" in text


@pytest.mark.parametrize("width", [1, 10, 19, 20, 40, 80, 200])
def test_the_legend_breaks_between_its_entries_alone_and_stays_below_the_picture(width: int) -> None:
    legend = drawn(CHART, width)[3:]
    entries = [f"{letter}={name}" for name, letter in LETTERS.items()]
    if width >= max(map(len, entries)):
        assert max(map(len, legend)) <= width
        assert [entry for line in legend for entry in line.split()] == entries
    indents = {len(line) - len(line.lstrip()) for line in legend}
    assert indents == ({9} if width >= 19 else {0})
