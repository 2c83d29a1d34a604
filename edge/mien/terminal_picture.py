"""A player's state as lines for a terminal of any size: the least needed ones are left out where it is small."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from mien.types import EMOTIONS

State = Mapping[str, Any]
"""What `report.snapshot_json` returns, or a page's /api/state."""

_LONGEST_BAR = 30
_NAME_COLUMNS = 9
_SIGNS = {"playing": "playing", "paused": "paused", "stopped": "silence"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, and its rank: the highest goes first where there is no room."""

    rank: int
    text: Text


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that is shown whole: what came of a key, or what is wrong."""

    text: str
    is_wrong: bool = False


class Picture:
    """Draws a state where rich prints it.

    Args:
        state: the player's.
        keys: what keys do, for the last line; empty for none.
        rows: how many there are; None draws every line.
        remark: what is to be read besides.
    """

    def __init__(self, state: State, keys: str = "", rows: int | None = None, remark: Remark | None = None) -> None:
        self._state, self._keys, self._rows, self._remark = state, keys, rows, remark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, each no wider than the terminal."""
        bar = "#" if options.ascii_only else "━"
        lines = list(self._lines(options.max_width, bar))
        rows = len(lines) if self._rows is None else max(1, self._rows)
        kept = sorted(sorted(range(len(lines)), key=lambda place: lines[place].rank)[:rows])
        for place in kept:
            text = lines[place].text
            text.no_wrap, text.overflow = True, "crop" if options.ascii_only else "ellipsis"
            text.plain = _printable(text.plain, console.encoding)
            yield text

    def _lines(self, columns: int, bar: str) -> Iterator[_Line]:
        state = self._state
        yield _Line(0, _mood(state["mood"]))
        yield from (_Line(6, text) for text in _expression(state, columns, bar))
        yield _Line(1, _playing(state))
        if state["playback"]["track"] is not None:
            yield _Line(2, _progress(state["playback"], columns, bar))
        if state["choice"] is not None:
            yield _Line(5, _named("why", "; ".join(state["choice"]["reasons"]), "dim"))
        if state["upcoming"] is not None:
            yield _Line(4, _named("next", _title(state["upcoming"])))
        yield _Line(3, _steering(state))
        yield from (_Line(2, text) for one in state["troubles"] for text in _sentence("wrong", one["message"], columns))
        if self._remark is not None:
            name = "wrong" if self._remark.is_wrong else "done"
            yield from (_Line(1, text) for text in _sentence(name, self._remark.text, columns))
        if self._keys:
            yield _Line(7, Text(self._keys, "dim"))


def _mood(mood: State) -> Text:
    text = _named("mood", mood["emotion"], "bold")
    if mood["confidence"] > 0:
        text.append(f" {mood['confidence']:.0%}")
    return text.append(f"  {plane_words(mood['valence'], mood['arousal'])}", "dim")


def plane_words(valence: float, arousal: float) -> str:
    """Return a place on the valence-arousal plane in words and numbers."""
    return (
        f"{'pleasant' if valence >= 0 else 'unpleasant'} {valence:+.2f}, "
        f"{'energetic' if arousal >= 0 else 'calm'} {arousal:+.2f}"
    )


def _expression(state: State, columns: int, bar: str) -> Sequence[Text]:
    seen = state["probabilities"]
    if seen is None:
        why = "the camera is off" if not state["watching"] else "no face" if state["eye_connected"] else "no eye"
        return [_named("face", why, "dim")]
    longest = max(1, min(_LONGEST_BAR, columns - _NAME_COLUMNS - 5))
    bars = [
        Text.assemble(
            f"{name:{_NAME_COLUMNS}}", f"{seen[name]:4.0%} ", (bar * round(longest * min(1.0, seen[name])), "cyan")
        )
        for name in EMOTIONS
    ]
    return [Text("expression now", "dim"), *bars]


def _playing(state: State) -> Text:
    playback = state["playback"]
    track = playback["track"]
    return _named(_SIGNS.get(playback["state"], "?"), "" if track is None else _title(track), "bold")


def _progress(playback: State, columns: int, bar: str) -> Text:
    at, whole = playback["position_seconds"], playback["track"]["duration_seconds"]
    if not whole:
        return _named("", _clock(at))
    times = f"{_clock(at)} / {_clock(whole)} "
    longest = max(1, min(_LONGEST_BAR, columns - _NAME_COLUMNS - len(times)))
    done = round(longest * min(1.0, at / whole))
    return _named("", times).append(bar * done, "green").append(("." if bar == "#" else "─") * (longest - done), "dim")


def _steering(state: State) -> Text:
    said = [f"{state['volume_percent']} % of {state['maximum_volume_percent']}", f"policy {state['policy']}"]
    override = state["override"]
    if override is not None:
        left = max(0.0, override["ends_at"] - time.time())
        said.append(f"{override['emotion']} by hand for {left / 60:.0f} min")
    said.append("camera on" if state["watching"] else "camera off")
    return _named("volume", ", ".join(said))


def _sentence(name: str, message: str, columns: int) -> list[Text]:
    """Return a sentence that must be read, on as many lines as it takes."""
    rows = textwrap.wrap(message, max(10, columns - _NAME_COLUMNS))
    style = "yellow" if name == "wrong" else "green"
    return [_named("" if number else name, row, style) for number, row in enumerate(rows)]


def _title(track: State) -> str:
    return " - ".join(filter(None, (track["title"], track["artist"])))


def _named(name: str, what: str, style: str = "") -> Text:
    return Text.assemble(f"{name:{_NAME_COLUMNS}}", (what, style))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _printable(text: str, encoding: str) -> str:
    """Return text that no terminal obeys, and that it can show: a title may hold anything."""
    kept = "".join(character if character.isprintable() else "?" for character in text)
    return kept.encode(encoding, "replace").decode(encoding)
