"""The command that tries settings on a trace: what would have happened."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import ConfigOption, JsonOption, ProfileOption, read_settings
from mien.config import Settings
from mien.errors import OutputError, SettingsError, TraceError

if TYPE_CHECKING:
    from mien.cli.replay_text import Outcome
    from mien.trace import TraceReader
    from mien.trace_lines import DecidedMood

replay_app = typer.Typer()


@replay_app.command()
def replay(
    trace: Annotated[Path, typer.Argument(help="A file that `run --trace` or `watch --trace` recorded.")],
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Try this setting; may be given again."),
    ] = None,
    as_json: JsonOption = False,
    picture: Annotated[
        Path | None, typer.Option("--svg", help="Draw the timeline into this file.", show_default=False)
    ] = None,
) -> None:
    """Show what a trace's evening would have been under other settings: changes of mood, delays, a timeline."""
    from mien.cli.replay_text import chart_of, print_lines, print_tables
    from mien.timeline.svg import svg
    from mien.trace import TraceReader

    reader = TraceReader(trace)
    wanted = _parsed(changes or [])
    now = read_settings(config_file, None, None, wanted, profile)
    then = reader.settings(config_file)
    outcome = _outcome(reader, trace, {"then": then} | ({} if _decides_alike(then, now) else {"now": now}))
    if picture is not None:
        try:
            picture.write_text(svg(chart_of(outcome)), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"The picture {picture} cannot be written: {error.strerror}.") from error
    (print_lines if as_json else print_tables)(outcome)


def _outcome(reader: TraceReader, path: Path, settings: dict[str, Settings]) -> Outcome:
    from mien.cli.replay_text import Outcome
    from mien.replay import Rerun
    from mien.trace_lines import Asked, DecidedMood

    reruns = {name: Rerun(one, reader.header.baseline) for name, one in settings.items()}
    decided: list[DecidedMood] = []
    for item in reader:
        if isinstance(item, DecidedMood):
            decided.append(item)
            continue
        for rerun in reruns.values():
            if isinstance(item, Asked):
                rerun.ask(item)
            else:
                rerun.take(item)
    replays = {name: rerun.result() for name, rerun in reruns.items()}
    if not replays["then"].looks:
        raise TraceError(f"The trace {path} holds no observation: record a longer one.")
    return Outcome(reader.header, tuple(decided), settings, replays)


def _decides_alike(one: Settings, other: Settings) -> bool:
    from mien.trace_lines import DECIDING_SECTIONS

    return all(getattr(one, section) == getattr(other, section) for section in DECIDING_SECTIONS)


def _parsed(words: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return {section: {key: value}} of SECTION.KEY=VALUE, where the value is TOML or a plain word.

    Raises:
        SettingsError: the setting bears on no decision.
    """
    from mien.trace_lines import DECIDING_SECTIONS

    changes: dict[str, dict[str, Any]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        section, dot, key = name.strip().partition(".")
        if not (equals and dot and key):
            raise typer.BadParameter(f"'{word}' is not SECTION.KEY=VALUE.", param_hint="--set")
        if section not in DECIDING_SECTIONS:
            sections = " and ".join(f"[{one}]" for one in DECIDING_SECTIONS)
            raise SettingsError(f"{name.strip()} cannot be tried on a trace: only what stands in {sections} can.")
        changes.setdefault(section, {})[key] = _value(text.strip())
    return changes


def _value(text: str) -> object:
    try:
        (value,) = tomllib.loads(f"value = {text}").values()
    except ValueError:  # no TOML, or more than a value
        return text
    return value
