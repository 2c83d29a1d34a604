"""Runs the owner's programs when the mood, the track or a fault changes, with what happened on their standard input."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any

from mien.bridges.following import Follower
from mien.bridges.hook_program import Program
from mien.ports import Control
from mien.report import Json, mood_json, track_json
from mien.sections.outside import HookSettings
from mien.types import Snapshot

Subject = Callable[[Snapshot], Any]
"""What a hook looks at: it is told when this is no longer the same."""
Telling = Callable[[Snapshot, Snapshot], Json]
"""What it is told, from the snapshot that it was told of last and the present one."""


class Hooks:
    """A thread for each kind of event that has a program: it waits for news, runs the program, and waits again.

    So no program ever runs twice at once, and what happened while it ran is told as one change from then to now.

    Args:
        settings: which programs.
        control: the player.
        look_seconds: a thread notices within this that it shall end.
    """

    def __init__(self, settings: HookSettings, control: Control, look_seconds: float = 0.5) -> None:
        kinds: tuple[tuple[str, Sequence[str], Subject, Telling], ...] = (
            ("on_mood", settings.on_mood, lambda snapshot: snapshot.mood.name, mood_event),
            ("on_track", settings.on_track, _sounding, track_event),
            ("on_fault", settings.on_fault, _faults, fault_event),
        )
        all_well = dataclasses.replace(control.snapshot(), troubles=())
        self._programs: list[Program] = []
        self._followers: list[Follower] = []
        for name, command, subject, telling in kinds:
            if command:
                program = Program(command, name=f"The hook {name}", timeout_seconds=settings.timeout_seconds)
                hook = _Hook(program, subject, telling, all_well)
                self._programs.append(program)
                self._followers.append(Follower(control, hook.look, name, look_seconds))

    def start(self) -> None:
        """Begin to look; what is wrong already is told at once."""
        for follower in self._followers:
            follower.start()

    def close(self) -> None:
        """End, with every program that still runs; a second call does nothing."""
        for program in self._programs:
            program.end()
        for follower in self._followers:
            follower.close()


def mood_event(before: Snapshot, now: Snapshot) -> Json:
    """Return what a program is told of another mood."""
    return {"event": "mood", "mood": mood_json(now.mood), "previous": mood_json(before.mood)}


def track_event(_before: Snapshot, now: Snapshot) -> Json:
    """Return what a program is told of another track; null when none plays any more."""
    track = now.playback.track
    told: Json | None = None
    if now.choice is not None and now.choice.track == track:
        told = track_json(now.choice)
    elif track is not None:
        told = {"path": str(track.path), "title": track.title, "artist": track.artist}
    return {"event": "track", "track": told, "mood": now.mood.name}


def fault_event(before: Snapshot, now: Snapshot) -> Json:
    """Return what a program is told of faults: which began, which ended, and all that last, with sentences."""
    earlier, lasting = _faults(before), _faults(now)
    return {
        "event": "fault",
        "began": [fault for fault in lasting if fault not in earlier],
        "ended": [fault for fault in earlier if fault not in lasting],
        "faults": [{"fault": one.fault.value, "message": one.message} for one in now.troubles],
    }


def _sounding(snapshot: Snapshot) -> str | None:
    track = snapshot.playback.track
    return None if track is None else str(track.path)


def _faults(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(trouble.fault.value for trouble in snapshot.troubles)


class _Hook:
    """One kind of event, and its program: what it was told of last."""

    def __init__(self, program: Program, subject: Subject, telling: Telling, told: Snapshot) -> None:
        self._program, self._subject, self._telling, self._told = program, subject, telling, told

    def look(self, snapshot: Snapshot) -> None:
        """Run the program if something is new to it, to its end."""
        told = self._told
        if self._subject(snapshot) != self._subject(told):
            self._told = snapshot
            self._program.run(json.dumps(self._telling(told, snapshot)).encode() + b"\n")
