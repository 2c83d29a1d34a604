"""What a replay came to: tables and a timeline for people, or one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from mien.config import Settings
from mien.replay import Decision, Replay, agreeing_seconds, seconds_in_moods
from mien.report import mood_event_json
from mien.timeline.chart import Band, Chart, clock_text, spans_of
from mien.timeline.terminal import TerminalChart
from mien.trace_lines import DecidedMood, TraceHeader, deciding

_SAME_SECONDS = 1e-3
_MOST_ROWS = 40  # of changes: a day may have thousands


@dataclass(frozen=True, slots=True)
class Outcome:
    """A trace replayed: its header, the moods decided when it was recorded, and by name settings and what they make.

    `then` are the settings that it was recorded under, `now` those to try, where they decide otherwise.
    """

    header: TraceHeader
    observations: int
    decided: tuple[DecidedMood, ...]
    settings: Mapping[str, Settings]
    replays: Mapping[str, Replay]

    @property
    def last(self) -> Replay:
        """The replay that somebody wants to see."""
        return list(self.replays.values())[-1]

    @property
    def is_reproduced(self) -> bool:
        """Whether the settings of the recording give the moods that were decided then.

        A trace may end between an observation and the mood that it made.
        """
        then = self.replays["then"]
        again = then.decisions
        if len(again) == len(self.decided) + 1 and again[-1].at == then.end:
            again = again[:-1]
        return len(again) == len(self.decided) and all(
            (one.mood.name, abs(one.at - other.at) < _SAME_SECONDS) == (other.mood.name, True)
            for one, other in zip(again, self.decided, strict=True)
        )


def chart_of(outcome: Outcome) -> Chart:
    """Return the picture of it: what was decided when it was recorded only where that is not what `then` gives."""
    last = outcome.last
    bands = [Band(name, replay.spans) for name, replay in outcome.replays.items()]
    if not outcome.is_reproduced:
        changes = [(one.at, one.mood.name) for one in outcome.decided]
        bands.insert(0, Band("decided", spans_of(changes, last.begin, last.end)))
    return Chart(f"Trace of {_date(outcome)}", last.begin, last.end, last.looks, tuple(bands))


def print_lines(outcome: Outcome) -> None:
    """Print a line for each replay, and a line for each mood decided."""
    for one in outcome.decided:
        print(json.dumps({"which": "decided", **mood_event_json(one.at, one.mood)}))
    for name, replay in outcome.replays.items():
        print(json.dumps(_summary(outcome, name, replay)))
        for decision in replay.decisions:
            delay = {"delay_seconds": _rounded(decision.delay_seconds)}
            print(json.dumps({"which": name, **mood_event_json(decision.at, decision.mood), **delay}))


def _summary(outcome: Outcome, name: str, replay: Replay) -> dict[str, object]:
    settings = outcome.settings[name]
    return {
        "type": "replay",
        "which": name,
        "settings": deciding(settings),
        "seconds": _rounded(replay.seconds),
        "observations": outcome.observations,
        "changes": len(replay.decisions),
        "changes_an_hour": _rounded(replay.changes_an_hour),
        "median_delay_seconds": _rounded(replay.median_delay_seconds),
        "seconds_in_moods": {mood: _rounded(seconds) for mood, seconds in seconds_in_moods(replay.spans).items()},
        "reproduced": outcome.is_reproduced,
    }


def print_tables(outcome: Outcome) -> None:
    """Print what changed, the timeline, figures, and every change of mood."""
    console, last = Console(), outcome.last
    recorder = f"Recorded {_date(outcome)} by mien {outcome.header.recorder}"
    print(f"{recorder}: {outcome.observations} observations in {clock_text(last.seconds)}.")
    for line in _differences(outcome):
        print(line)
    if not outcome.is_reproduced:
        print("Its own settings (then) give other moods here than were decided when it was recorded (decided).")
    console.print()
    console.print(TerminalChart(chart_of(outcome)))
    console.print(_figures(outcome))
    _print_changes(console, outcome)


def _differences(outcome: Outcome) -> Iterator[str]:
    """Yield the settings that are others now, a line each."""
    values = [deciding(settings) for settings in outcome.settings.values()]
    then, now = values[0], values[-1]
    for section, keys in then.items():
        for key, value in keys.items():
            if now[section][key] != value:
                yield f"{section}.{key}: {value} then, {now[section][key]} now"


def _figures(outcome: Outcome) -> Table:
    table = Table("", *outcome.replays, box=None)
    replays = list(outcome.replays.values())
    table.add_row("changes of mood", *(str(len(replay.decisions)) for replay in replays))
    hourly = [replay.changes_an_hour for replay in replays]
    if any(one is not None for one in hourly):
        table.add_row("in an hour", *("" if one is None else f"{one:.1f}" for one in hourly))
    table.add_row("median delay", *(_seconds_text(replay.median_delay_seconds) for replay in replays))
    moods = [seconds_in_moods(replay.spans) for replay in replays]
    for name in dict.fromkeys(name for seconds in moods for name in seconds):
        table.add_row(f"time {name}", *(clock_text(seconds.get(name, 0.0)) for seconds in moods))
    if len(replays) > 1:
        same = agreeing_seconds(replays[0].spans, replays[-1].spans) / max(replays[0].seconds, 1e-9)
        table.add_row("the same mood", "", f"{same:.0%} of the time")
    return table


def _print_changes(console: Console, outcome: Outcome) -> None:
    """Print the last changes of mood in the order of time, each in the column of its settings."""
    table = Table("at", *(f"mood {name}" for name in outcome.replays), box=None)
    begin = outcome.last.begin
    rows: dict[float, dict[str, Decision]] = {}
    for name, replay in outcome.replays.items():
        for decision in replay.decisions:
            rows.setdefault(decision.at, {})[name] = decision
    for at in sorted(rows)[-_MOST_ROWS:]:
        table.add_row(_moment_text(at - begin), *(_decision_text(rows[at].get(name)) for name in outcome.replays))
    console.print(table)
    if len(rows) > _MOST_ROWS:
        print(f"These are the last {_MOST_ROWS} of {len(rows)} changes: --json prints them all.")


def _decision_text(decision: Decision | None) -> str:
    if decision is None:
        return ""
    delay = "" if decision.delay_seconds is None else f" after {_seconds_text(decision.delay_seconds)}"
    return f"{decision.mood.name}{delay}"


def _moment_text(seconds: float) -> str:
    whole, tenths = divmod(round(10 * seconds), 10)
    return f"{clock_text(whole)}.{tenths}"


def _seconds_text(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f} s"


def _date(outcome: Outcome) -> str:
    return f"{outcome.header.date:%Y-%m-%d %H:%M}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
