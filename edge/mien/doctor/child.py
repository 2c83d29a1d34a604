"""Asks checks in a child process, which may hang or end without harm, as the user that the parts are for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence

from mien.doctor.finding import Finding, State, bad
from mien.doctor.position import OWN, Position
from mien.doctor.question import Question

ANSWER_SECONDS = 90.0
"""Within which one child must end; a camera that gives nothing takes OpenCV 10 s."""


def ask(
    parts: Sequence[str], question: Question, position: Position = OWN, timeout_seconds: float = ANSWER_SECONDS
) -> Iterator[Finding]:
    """Run some of the checks of `mien.doctor.__main__`; what hangs or dies is named, and the rest asked anew."""
    left = list(parts)
    while left:
        answers, failure = _run(left, question, position, timeout_seconds)
        for answer in answers:
            yield from (Finding(one["name"], State(one["state"]), one["message"]) for one in json.loads(answer))
        left = left[len(answers) :]
        if left:
            yield bad(left.pop(0), failure)


def _run(parts: Sequence[str], question: Question, position: Position, timeout_seconds: float) -> tuple[list[str], str]:
    """Return the child's lines, one for each part that it came to the end of, and why it did not answer more."""
    command = [sys.executable, "-m", "mien.doctor", *parts]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command,
            input=question.to_json().encode(),
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
            **position.process_options(),
        )
    except subprocess.TimeoutExpired as late:
        answers = (late.stdout or b"").decode().splitlines()
        return answers, f"No answer within {timeout_seconds:g} s: is the device stuck, or the machine busy?"
    except OSError as error:
        return [], f"The check cannot run as the user {position.user} ({error.strerror}): install mien again."
    answers = done.stdout.decode().splitlines()
    if done.returncode < 0:
        return answers, f"It was ended by signal {-done.returncode}: what it loads does not run on this processor."
    return answers, (done.stderr.decode(errors="replace").strip().splitlines() or ["It gave no reason."])[-1]
