"""The development clips through the real eye and the mood logic: what was decided against what they show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mien.app.eye import watch
from mien.config import load
from mien.replay import Replay, Rerun, agreeing_seconds
from mien.timeline.chart import Band, Chart, Span
from mien.timeline.svg import svg
from mien.types import MoodChange
from mien_training.errors import TrainingError
from mien_training.streams.clip_truth import CLIP_TRUTHS
from mien_training.streams.score import tally
from mien_training.streams.truth import Truth
from mien_training.tables import Row, write_markdown

TABLE = "README.md"
_ABOUT = (
    "What mien decides on the development clips, with its settings as they come, against what people saw in them. Made "
    "by `python -m mien_training clips DATA OUT`."
)
_HOW_TO_READ = (
    "The probabilities are those of the person followed. *Shown* is what people wrote down of the clip. Its gaps are "
    "what is none of the seven emotions, moments of change, and what nobody wrote down: there nothing is right or "
    "wrong. *Decided* comes later by the time that a decision waits, so no short clip is right for all of its time. A "
    "change is wrong when its mood is not shown at that moment, nor was within two seconds before."
)


@dataclass(frozen=True, slots=True)
class ClipResult:
    """What was decided on a clip, and what it shows."""

    name: str
    truth: Truth
    replay: Replay
    changes: tuple[MoodChange, ...]

    @property
    def right_share(self) -> float:
        """Share of the time with a truth in which the decided mood was the true one."""
        return agreeing_seconds(_shown(self.truth), self.replay.spans) / self.truth.seconds

    @property
    def first_right(self) -> Span | None:
        """The first stretch of time in which the decided mood was the true one; None where there was none."""
        for decided in self.replay.spans:
            for shown in self.truth.overlapping(decided.begin, decided.end):
                if shown.name == decided.name:
                    return Span(max(shown.start, decided.begin), min(shown.end, decided.end), shown.name)
        return None

    @property
    def picture(self) -> str:
        """The timeline as SVG."""
        bands = (Band("shown", _shown(self.truth)), Band("decided", self.replay.spans))
        return svg(Chart(self.name, 0.0, self.replay.end, self.replay.looks, bands))


def measure_clips(clips: Path) -> Iterator[ClipResult]:
    """Judge every clip whose truth is known as the device does.

    Raises:
        TrainingError: the folder holds none of them.
    """
    present = [name for name in CLIP_TRUTHS if (clips / name).is_file()]
    if not present:
        raise TrainingError(f"There are no development clips in {clips}: name the folder that holds clips.csv.")
    for name in present:
        settings = load(Path(os.devnull), {"camera": {"source": str(clips / name)}})
        rerun, changes = Rerun(settings), []
        for event in watch(settings, settings.eye.frames_per_second):
            if isinstance(event, MoodChange):
                changes.append(event)
            else:
                rerun.take(event)
        yield ClipResult(name, CLIP_TRUTHS[name], rerun.result(), tuple(changes))


def row_of(result: ClipResult) -> Row:
    """Return a clip's figures as people read them."""
    first = result.first_right
    return {
        "clip": result.name,
        "seconds shown": f"{result.truth.seconds:.1f}",
        "right mood": f"{result.right_share:.0%}",
        "right for the first time": "never" if first is None else f"{first.name} at {first.begin:.1f} s",
        "changes": str(len(result.changes)),
        "wrong changes": str(tally(result.changes, result.truth).wrong),
    }


def write_clip(result: ClipResult, out: Path) -> Path:
    """Write a clip's picture into a folder.

    Raises:
        TrainingError: it cannot be written.
    """
    picture = out / f"{Path(result.name).stem}.svg"
    try:
        out.mkdir(parents=True, exist_ok=True)
        picture.write_text(result.picture, encoding="utf-8")
    except OSError as error:
        raise TrainingError(f"The picture {picture} cannot be written: {error.strerror}.") from error
    return picture


def write_page(rows: list[Row], pictures: list[Path], out: Path) -> Path:
    """Write the table and the pictures as one page of Markdown.

    Raises:
        TrainingError: it cannot be written.
    """
    shown = [f"![{picture.stem}]({picture.name})" for picture in pictures]
    write_markdown(out / TABLE, rows, _ABOUT, _HOW_TO_READ, *shown)
    return out / TABLE


def _shown(truth: Truth) -> tuple[Span, ...]:
    return tuple(Span(segment.start, segment.end, segment.name) for segment in truth.segments)
