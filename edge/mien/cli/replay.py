"""The command that tries settings on a trace: what would have happened."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.options import ConfigOption, JsonOption, ProfileOption, read_settings
from mien.config import Settings
from mien.errors import OutputError, SettingsError, TraceError
from mien.whole_file import write_whole

if TYPE_CHECKING:
    from mien.cli.replay_text import Outcome
    from mien.trace import TraceReader
    from mien.trace_lines import DecidedMood

_TELL_OBSERVATIONS = 5000

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
    from mien.trace_lines import deciding

    reader = TraceReader(trace)
    if picture is not None and _is_same(picture, trace):
        raise OutputError(f"The picture {picture} would take the trace's place: give it another name.")
    wanted = _parsed(changes or [])
    then = reader.settings()
    if config_file is None and profile is None:
        now = reader.settings(wanted)
    else:
        now = read_settings(config_file, None, None, wanted, profile)
    outcome = _outcome(reader, trace, {"then": then} | ({} if deciding(then) == deciding(now) else {"now": now}))
    if picture is not None:
        _write(picture, svg(chart_of(outcome)).encode())
    (print_lines if as_json else print_tables)(outcome)


def _outcome(reader: TraceReader, path: Path, settings: dict[str, Settings]) -> Outcome:
    from mien.cli.replay_text import Outcome
    from mien.replay import Rerun
    from mien.trace_lines import DecidedMood
    from mien.types import Observation

    reruns = {name: Rerun(one, reader.header.baseline) for name, one in settings.items()}
    decided: list[DecidedMood] = []
    observations = 0
    with _progress() as tell:
        for item in reader:
            if isinstance(item, DecidedMood):
                decided.append(item)
            elif isinstance(item, Observation):
                observations += 1
                if observations % _TELL_OBSERVATIONS == 0:
                    tell(f"Replaying: {reader.read_share:.0%}")
            for rerun in reruns.values():
                rerun.take(item)
    replays = {name: rerun.result() for name, rerun in reruns.items()}
    if not observations:
        raise TraceError(f"The trace {path} holds no observation: record a longer one.")
    return Outcome(reader.header, observations, tuple(decided), settings, replays)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give what shows a line on a terminal's standard error while this lasts."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _line: None
        return
    with console.status("Replaying") as status:
        yield status.update


def _is_same(picture: Path, trace: Path) -> bool:
    with suppress(OSError):  # it is not there yet
        return picture.samefile(trace)
    return False


def _write(picture: Path, drawn: bytes) -> None:
    """Write a picture as a whole, or into what is no regular file, such as a pipe.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        if picture.exists() and not picture.is_file():
            picture.write_bytes(drawn)
        else:
            write_whole(picture.resolve(), drawn)
    except OSError as error:
        raise OutputError(f"The picture {picture} cannot be written: {error.strerror}.") from error


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
