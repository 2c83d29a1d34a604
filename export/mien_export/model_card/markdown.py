"""Small pieces of Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from mien.eye.card import Figure
from mien_training.evaluate import Estimate

_WIDTH = 120


def bullets(items: Iterable[str]) -> str:
    """Return a list."""
    return "\n".join(
        textwrap.fill(item, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False,
                      break_on_hyphens=False)
        for item in items
    )  # fmt: skip


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(measured: Figure | Estimate | None) -> str:
    """Return a share with its interval and count, `66.6 % (65.1 to 68.2; 3,589)`, or a dash."""
    if measured is None:
        return "-"
    if measured.count == 0:
        return "no pictures"
    low, high = 100 * measured.low, 100 * measured.high
    return f"{100 * measured.value:.1f} % ({low:.1f} to {high:.1f}; {measured.count:,})"
