"""What `python -m mien_training music` does, with progress bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from mien.music.hearing.tag_network import shipped_tag_network
from mien_training.music.clips import read_clips
from mien_training.music.folds import FOLDS
from mien_training.music.hearing import hear_clips
from mien_training.music.run import HEARD, Validated, save_run, validate


def train_music(folder: Path, run: Path, seeds: Sequence[int]) -> Table:
    """Hear, cross-validate and learn; write the run and return its figures as a table.

    Raises:
        TrainingError: the labels cannot be used.
        UnreadableError: a clip cannot be decoded.
    """
    clips = read_clips(folder)
    with Progress(transient=True) as progress:
        hearing = progress.add_task("clips heard", total=len(clips))
        heard = hear_clips(clips, shipped_tag_network(), run / HEARD, lambda: progress.advance(hearing))
        folds = progress.add_task("folds judged", total=FOLDS * len(seeds))
        validated = validate(heard, clips, seeds, lambda: progress.advance(folds))
    save_run(run, heard, clips, validated, seeds)
    return _table(validated, seeds)


def _table(validated: Validated, seeds: Sequence[int]) -> Table:
    title = f"cross-validated by artist, mean over {len(seeds)} divisions into {FOLDS} folds; r, then shares of labels"
    table = Table("figure", "value", "95 % interval", "clips", title=title)
    for name, figure in validated.figures.items():
        table.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", f"{figure.count}")
    return table
