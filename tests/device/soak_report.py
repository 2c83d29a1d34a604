"""Draws what a soak measured, and writes its figures down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from device.soak_samples import Sample, Slope, slope

_WARM_UP_SECONDS = 60.0
_BLOCK_SECONDS = 60.0
_COLOURS = {"player": "tab:blue", "eye": "tab:orange", "hearing": "tab:green"}
_MEASURES = {"memory_megabytes": "resident memory, MB", "descriptors": "open files", "threads": "threads"}

State = tuple[float, str, bool, tuple[str, ...]]  # seconds, what plays, an eye is there, faults


def lives(samples: Sequence[Sample], part: str, measure: str) -> list[list[tuple[float, float]]]:
    """Return (seconds, value) for each process that was this part."""
    by_process: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in samples:
        if one.part == part:
            by_process[one.pid].append((one.at_seconds, float(getattr(one, measure))))
    return list(by_process.values())


def written_bytes(samples: Sequence[Sample], part: str) -> int:
    """Return what all processes that were this part wrote to disk."""
    return sum(round(life[-1][1]) for life in lives(samples, part, "written_bytes"))


def write_report(
    folder: Path,
    samples: Sequence[Sample],
    states: Sequence[State],
    happened: Sequence[tuple[float, str]],
    writes: Counter[str],
    *,
    ended: int | None,
) -> None:
    """Write soak.md and soak.png into a folder."""
    seconds = states[-1][0] if states else 0.0
    played = sum(state == "playing" for _, state, _, _ in states)
    saw = sum(connected and not faults for _, _, connected, faults in states)
    lines = [
        f"{seconds / 60:.0f} minutes, {len(happened)} faults; "
        + ("the player ran to the end." if ended is None else f"the player ended with status {ended}."),
        f"Of {len(states)} looks the music played in {played}, and all was well in {saw}.",
        "",
        "| part | measure | first minute's mean | last | growth an hour (95 %) | processes |",
        "|---|---|---|---|---|---|",
    ]
    for part in _COLOURS:
        for measure, name in _MEASURES.items():
            found = lives(samples, part, measure)
            if found:
                growth = slope(found, _WARM_UP_SECONDS, _BLOCK_SECONDS)
                first = [value for at, value in found[0] if at < found[0][0][0] + _BLOCK_SECONDS]
                lines.append(
                    f"| {part} | {name} | {sum(first) / len(first):.1f} | {found[-1][-1][1]:.1f} | "
                    f"{_shown(growth)} | {len(found)} |"
                )
    lines += ["", "| part | bytes written to disk | a minute |", "|---|---|---|"]
    for part in _COLOURS:
        count = written_bytes(samples, part)
        lines.append(f"| {part} | {count:,} | {count / max(seconds / 60, 1e-9):,.0f} |")
    lines += ["", "| file of the state folder | times | a minute |", "|---|---|---|"]
    for name, times in writes.most_common():
        lines.append(f"| {name} | {times} | {times / max(seconds / 60, 1e-9):.1f} |")
    lines += ["", "| minute | what happened |", "|---|---|", *(f"| {at / 60:.1f} | {what} |" for at, what in happened)]
    (folder / "soak.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _draw(folder / "soak.png", samples, happened)


def _shown(growth: Slope) -> str:
    return f"{growth.per_hour:+.2f} ± {growth.plus_minus:.2f}"


def _draw(file: Path, samples: Sequence[Sample], happened: Sequence[tuple[float, str]]) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    figure, plots = pyplot.subplots(len(_MEASURES), 1, sharex=True, figsize=(10, 9))
    for plot, (measure, name) in zip(plots, _MEASURES.items(), strict=True):
        for part, colour in _COLOURS.items():
            for number, life in enumerate(lives(samples, part, measure)):
                minutes, values = zip(*((at / 60, value) for at, value in life), strict=True)
                plot.plot(minutes, values, color=colour, label=part if number == 0 else None, linewidth=1.0)
        for at, _ in happened:
            plot.axvline(at / 60, color="0.85", linewidth=0.8, zorder=0)
        plot.set_ylabel(name)
        plot.set_ylim(bottom=0)
    plots[0].legend()
    plots[-1].set_xlabel("minutes; grey: something fails")
    figure.tight_layout()
    figure.savefig(file, dpi=100)
    pyplot.close(figure)
