"""Holds a command line that a document or a unit shows against the program that would run it."""

import importlib
import importlib.util
import shlex
from pathlib import Path
from types import ModuleType
from typing import Any

from typer.main import get_command

ROOT = Path(__file__).parents[1]


def complaint(line: str) -> str | None:
    """Return what is wrong with a line of mien or of one of the workstation's modules, or None."""
    words = shlex.split(line, comments=True)
    program = Path(words.pop(0)).name
    if program.startswith("python"):
        if words[:1] != ["-m"] or not words[1].startswith("mien_"):
            return None
        found = importlib.util.find_spec(words[1])
        is_package = found is not None and found.submodule_search_locations is not None
        module = f"{words[1]}.__main__" if is_package else words[1]
        words = words[2:]
    elif program == "mien":
        module = "mien.cli.main"
    else:
        return None
    return _complaint_about(importlib.import_module(module), words)


def _complaint_about(module: ModuleType, words: list[str]) -> str | None:
    command: Any = get_command(module.app)
    while words and not words[0].startswith("-") and (inner := getattr(command, "commands", None)):
        if words[0] not in inner:
            return f"there is no command {words[0]}, only {', '.join(inner)}"
        command = inner[words.pop(0)]
    options = (option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts))
    known = {"--help", *options}
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    if unknown:
        return f"{command.name} has no {', '.join(unknown)}, only {', '.join(sorted(known))}"
    _, unasked, _ = command.make_parser(command.context_class(command)).parse_args(words)
    return f"{command.name} takes no {', '.join(unasked)}" if unasked else None
