"""Injects one fault into a machine that plays, and measures what comes of it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from device.fault import AnyMachine, Fault, Outcome, Place, lost
from device.machine import POLL_SECONDS, BenchError, Machine

_WARNING = 4  # of a journal's line
_QUIET_SECONDS = 0.7  # a machine that was silent for so long is silent now
_STEADY_SECONDS = 4.0  # so long all must be well, to have come back
_START_SECONDS = 60.0
_LATE_SECONDS = 600.0  # of tracks twice as long


def ailment(machine: Machine, state: dict[str, Any] | None) -> str | None:
    """Say what is wrong with a machine now; None when all is well."""
    if state is None:
        return "the player does not answer"
    if state["troubles"]:
        return " and ".join(trouble["fault"] for trouble in state["troubles"])
    if state["playback"]["state"] != "playing":
        return "nothing plays"
    if not state["eye_connected"]:
        return "no eye is connected"
    if time.monotonic() - machine.sound.last_audible_at > _QUIET_SECONDS:
        return "it is silent"
    return None


class Watch:
    """Looks at a machine again and again, and notes what it sees."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.began = time.monotonic()
        self.shown: dict[str, float] = {}  # what the status named, and when first
        self.felt = False
        self.well_since: float | None = None
        self.ailment: str | None = None
        self.place: Place | None = None

    def look(self) -> None:
        """Look once."""
        time.sleep(POLL_SECONDS)
        state = self._machine.state()
        now = time.monotonic()
        self.ailment = ailment(self._machine, state)
        for trouble in (state or {}).get("troubles", ()):
            self.shown.setdefault(trouble["fault"], now)
        if self.ailment is None:
            self.well_since = now if self.well_since is None else self.well_since
        else:
            self.felt, self.well_since = True, None
        if state is not None and state["playback"]["track"] is not None:
            playback = state["playback"]
            self.place = Place(now, playback["track"]["path"], playback["position_seconds"])

    def look_for(self, seconds: float) -> None:
        """Look for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()

    @property
    def seconds(self) -> float:
        """For how long it watches."""
        return time.monotonic() - self.began

    @property
    def steady(self) -> bool:
        """True when all was well for a while."""
        return self.well_since is not None and time.monotonic() - self.well_since >= _STEADY_SECONDS

    def until_steady(self, seconds: float) -> bool:
        """Look until all is well for a while; False when that did not come in time."""
        until = time.monotonic() + seconds
        while not self.steady and time.monotonic() < until:
            self.look()
        return self.steady


def settle(machine: Machine) -> Place:
    """Wait until a machine plays and sees, far from a track's end, and return the place in its music.

    Raises:
        BenchError: it does not come to that.
    """
    watch = Watch(machine)
    if not watch.until_steady(_START_SECONDS * machine.slowness) or watch.place is None:
        raise BenchError(f"the machine is not well: {watch.ailment}")
    if watch.place.position_seconds > _LATE_SECONDS:
        machine.skip()
        watch.look_for(_STEADY_SECONDS)
        return settle(machine)
    return watch.place


def measure(machine: AnyMachine, fault: Fault[AnyMachine]) -> Outcome:
    """Inject a fault and say what came of it.

    Raises:
        BenchError: the machine was not well before, or the fault could not be injected.
    """
    before = settle(machine)
    since = machine.journal_cursor()
    watch = Watch(machine)
    fault.inject(machine)
    broken_at = watch.began
    lines: list[tuple[int, str]] = []
    if fault.repair is not None:
        watch.look_for(fault.lasts_seconds)
        while fault.shown not in {None, *watch.shown} and watch.seconds < fault.lasts_seconds * machine.slowness:
            watch.look()
        lines, since = machine.journal(since), machine.journal_cursor()  # a repair may be a boot that forgets them
        broken_at = time.monotonic()
        fault.repair(machine)
        watch.well_since = None
    else:
        while not watch.felt and watch.seconds < fault.felt_seconds * machine.slowness:
            watch.look()
    watch.until_steady((fault.recovery_limit_seconds + _STEADY_SECONDS) * machine.slowness)
    lines += machine.journal(since)
    outcome = _outcome(machine, fault, watch, before, broken_at, lines)
    fault.after(machine)
    return outcome


def _outcome(
    machine: AnyMachine,
    fault: Fault[AnyMachine],
    watch: Watch,
    before: Place,
    broken_at: float,
    lines: Sequence[tuple[int, str]],
) -> Outcome:
    recovered = max(watch.well_since - broken_at, 0.0) if watch.steady and watch.well_since is not None else None
    silences = machine.sound.silences(watch.began, time.monotonic())
    silence = sum(end - begin for begin, end in silences)
    told = [line for _, line in lines if fault.logged is not None and re.search(fault.logged, line)]
    problems = []
    if recovered is None:
        problems.append(f"not back: {watch.ailment}")
    if silence > fault.silence_limit_seconds * machine.slowness:
        problems.append(f"silent for {silence:.1f} s, {fault.silence_limit_seconds * machine.slowness:g} s are allowed")
    if fault.shown is not None and fault.shown not in watch.shown:
        problems.append(f"the status does not name {fault.shown}")
    if fault.logged is not None and not told:
        problems.append("no log line tells of it")
    return Outcome(
        name=fault.name,
        how=fault.how,
        machine=type(machine).__name__,
        silence_seconds=silence,
        recovered_seconds=recovered,
        shown_seconds=min(watch.shown.values()) - watch.began if watch.shown else None,
        shown=tuple(watch.shown),
        lost="-" if watch.place is None else lost(before, watch.place, silence),
        log=told[0] if told else "",
        warnings=tuple(line for priority, line in lines if priority <= _WARNING),
        problems=tuple(problems),
    )
