"""The command line's answers, as text for people or one JSON object a line."""

from __future__ import annotations

import json
import sys

from mien.report import judgement_json, mood_event_json, mood_json, observation_json, track_json
from mien.types import Choice, Judgement, Mood, MoodChange, Observation


def show(value: object) -> str:
    """Return text that can be printed; a file name that is not UTF-8 keeps a mark for each odd byte."""
    return str(value).encode("utf-8", "backslashreplace").decode()


def complain(sentence: str) -> None:
    """Say what is wrong, on standard error."""
    print(f"mien: {show(sentence)}", file=sys.stderr)


def print_observation(observation: Observation, *, as_json: bool) -> None:
    """Print what is seen in one frame."""
    if as_json:
        print(json.dumps(observation_json(observation)), flush=True)
        return
    expression = observation.expression
    if expression is None:
        seen = "nobody" if observation.face is None else "a face too small to judge"
    else:
        seen = "  ".join(f"{name} {probability:.2f}" for name, probability in expression.as_dict().items())
    print(f"{observation.seen_at:8.2f} s  {seen}", flush=True)


def print_change(change: MoodChange, *, as_json: bool) -> None:
    """Print a change of the decided mood."""
    if as_json:
        print(json.dumps(mood_event_json(change.at, change.current)), flush=True)
    else:
        print(
            f"{change.at:8.2f} s  MOOD {change.previous.name} -> {change.current.name} "
            f"({change.current.confidence:.0%})",
            flush=True,
        )


def print_recommendation(judgement: Judgement, mood: Mood, choices: tuple[Choice, ...], *, as_json: bool) -> None:
    """Print the answer to a photo."""
    if as_json:
        answer = {
            "faces": judgement_json(judgement),
            "mood": mood_json(mood),
            "tracks": [track_json(choice) for choice in choices],
        }
        print(json.dumps(answer))
        return
    for judged in judgement.faces:
        box = judged.face.box
        place = f"{box.width:.0f} x {box.height:.0f} pixels at {box.left:.0f}, {box.top:.0f}"
        if judged.expression is None:
            print(f"a face too small to judge, {place}")
        else:
            print(f"{judged.expression.top.value} ({max(judged.expression.probabilities):.0%}), {place}")
    if not judgement.faces:
        print("no face found: the tracks are for a neutral mood")
    for line in track_lines(choices):
        print(line)


def track_lines(choices: tuple[Choice, ...]) -> list[str]:
    """Return the tracks with their reasons, a line each; lines of reasons are indented."""
    lines = []
    for number, choice in enumerate(choices, start=1):
        artist = f" - {choice.track.artist}" if choice.track.artist else ""
        lines.append(show(f"{number}. {choice.track.title}{artist}"))
        lines += [f"   {show(reason)}" for reason in choice.reasons]
    return lines
