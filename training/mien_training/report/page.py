"""One HTML page that holds everything: pictures inside, light and dark, nothing fetched from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from mien_training.evaluate import Estimate

_STYLE = Path(__file__).with_name("page.css")


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A drawn plot: two PNGs, for light and for dark."""

    title: str
    reading: str
    light: bytes
    dark: bytes


def page(title: str, introduction: str, sections: Iterable[str]) -> str:
    """Return the whole page."""
    style = _STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<h1>{_text(title)}</h1>\n<p>{_text(introduction)}</p>\n" + "\n".join(sections) + "\n</body>\n</html>\n"
    )


def figure_section(drawing: Drawing) -> str:
    """Return a section with a plot and the sentence that says how to read it."""
    return (
        f"<section>\n<h2>{_text(drawing.title)}</h2>\n<figure>\n<figcaption>{_text(drawing.reading)}</figcaption>\n"
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{_data(drawing.dark)}">'
        f'<img src="{_data(drawing.light)}" alt="{_text(drawing.title)}"></picture>\n</figure>\n</section>'
    )


def figures_section(title: str, reading: str, columns: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Return a section with a table: a row for each figure, a column for each of `columns`."""
    rows = list(dict.fromkeys(name for estimates in columns.values() for name in estimates))
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{_text(row)}</th>'
        + "".join(f"<td>{_cell(estimates.get(row))}</td>" for estimates in columns.values())
        + "</tr>\n"
        for row in rows
    )
    table = f"<table>\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
    return f'<section>\n<h2>{_text(title)}</h2>\n<p>{_text(reading)}</p>\n<div class="table">{table}</div>\n</section>'


def settings_section(settings: Sequence[tuple[str, str]]) -> str:
    """Return a closed section with a run's settings."""
    rows = "".join(f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>\n' for name, value in settings)
    return (
        "<section>\n<h2>Settings</h2>\n<details><summary>All of them</summary>\n"
        f"<table><tbody>\n{rows}</tbody></table>\n</details>\n</section>"
    )


def _text(words: str) -> str:
    return escape(words).replace(" %", "&nbsp;%")


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    if estimate.count == 0:
        return "<small>no pictures</small>"
    interval = f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}; {estimate.count:,}"
    return f"{100 * estimate.value:.1f}&nbsp;% <small>({interval})</small>"


def _data(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
