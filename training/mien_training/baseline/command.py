"""The tables of what a person's own face at rest gains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from mien.mood.baseline import NEUTRAL_FACES, TOLD
from mien_training.baseline.clips import ClipGain, measure_clips
from mien_training.baseline.gain import RULES, measure, neutral_faces
from mien_training.baseline.portraits import Sitter, read_sitters


def baseline_tables(data: Path) -> list[Table]:
    """Judge the portraits and clips of the development data, and return what a baseline gains.

    Raises:
        TrainingError: the folder does not hold them.
    """
    return tables_of(read_sitters(data / "london"), measure_clips(data / "videos"))


def tables_of(sitters: Sequence[Sitter], clips: Sequence[ClipGain]) -> list[Table]:
    """Return the tables of some people, every second of whom the numbers were chosen on, and of clips."""
    chosen, told = sitters[::2], sitters[1::2]
    return [
        _reference(chosen),
        _portraits("Chosen on", chosen),
        _portraits("Measured on the other", told),
        _clips(clips),
    ]


def _reference(sitters: Sequence[Sitter]) -> Table:
    table = Table("log ratio to neutral", *TOLD, title=f"{len(sitters)} people at rest, unmirrored")
    for name, ratios in (("measured now", neutral_faces(sitters)), ("mien.mood.baseline", NEUTRAL_FACES)):
        table.add_row(name, *(f"{ratio:.2f}" for ratio in ratios))
    return table


def _portraits(which: str, sitters: Sequence[Sitter]) -> Table:
    title = f"{which} {len(sitters)} people: share told by all seven outputs"
    table = Table("", "neutral", "smiling", "both", "gain", "95 % interval", title=title)
    for name, rule in RULES.items():
        gain = measure(name, rule, sitters)
        table.add_row(
            name,
            f"{gain.at_rest:.1%}",
            f"{gain.smiling:.1%}",
            f"{gain.both:.1%}",
            f"{100 * gain.gain:+.1f}",
            f"{100 * gain.low:+.1f} to {100 * gain.high:+.1f}",
        )
    return table


def _clips(gains: Sequence[ClipGain]) -> Table:
    table = Table("clip", "shows", "frames", "told without", "told with", title="Clips, by the rule as shipped")
    for gain in gains:
        shares = (f"{count / gain.frames:.0%}" for count in (gain.before, gain.after))
        table.add_row(gain.clip, gain.emotion, str(gain.frames), *shares)
    return table
