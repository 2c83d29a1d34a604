"""Tables for people and for programs: the same rows as Markdown and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from mien_training.errors import TrainingError

Row = dict[str, str]


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write rows that have the same columns as CSV, a heading first.

    Raises:
        TrainingError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise TrainingError(f"The table {path} cannot be written: {error.strerror}.") from error


def write_markdown(path: Path, rows: Sequence[Row], *paragraphs: str) -> None:
    """Write rows that have the same columns as a Markdown table, paragraphs after it.

    Raises:
        TrainingError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join([markdown(rows), *paragraphs]) + "\n")
    except OSError as error:
        raise TrainingError(f"The table {path} cannot be written: {error.strerror}.") from error


def markdown(rows: Sequence[Row]) -> str:
    """Return rows that have the same columns as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
