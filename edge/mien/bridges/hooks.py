"""Runs the owner's programs when the mood, the track or a fault changes, with what happened on their standard input."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from mien.bridges.hook_program import Program
from mien.config import HookSettings
from mien.ports import Control
from mien.report import Json, mood_json, track_json
from mien.types import Snapshot

_JOIN_SECONDS = 3.0

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
        seconds = settings.timeout_seconds
        kinds: tuple[tuple[str, Sequence[str], Subject, Telling], ...] = (
            ("on_mood", settings.on_mood, lambda snapshot: snapshot.mood.name, mood_event),
            ("on_track", settings.on_track, _sounding, track_event),
            ("on_fault", settings.on_fault, _faults, fault_event),
        )
        self._hooks = [
            _Hook(
                Program(command, name=f"The hook {name}", timeout_seconds=seconds),
                subject,
                telling,
                control,
                look_seconds,
            )
            for name, command, subject, telling in kinds
            if command
        ]

    def start(self) -> None:
        """Begin to look; what is wrong already is told at once."""
        for hook in self._hooks:
            hook.start()

    def close(self) -> None:
        """End, with every program that still runs; a second call does nothing."""
        for hook in self._hooks:
            hook.begin_to_close()
        for hook in self._hooks:
            hook.close()


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
    """One kind of event, its program, and the thread that runs it."""

    def __init__(
        self, program: Program, subject: Subject, telling: Telling, control: Control, look_seconds: float
    ) -> None:
        self._program, self._subject, self._telling = program, subject, telling
        self._control, self._look_seconds = control, look_seconds
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hook", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def begin_to_close(self) -> None:
        self._closing.set()
        self._program.end()

    def close(self) -> None:
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        snapshot = self._control.snapshot()
        told = dataclasses.replace(snapshot, troubles=())
        while not self._closing.is_set():
            if self._subject(snapshot) != self._subject(told):
                event = self._telling(told, snapshot)
                told = snapshot
                self._program.run(json.dumps(event).encode() + b"\n")
            snapshot = self._control.wait(snapshot.version, self._look_seconds)
