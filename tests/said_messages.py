"""What mien can say to its owner: read from its source, with … for all that differs from case to case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mien import errors

ROOT = Path(__file__).parents[1]
ELLIPSIS = "…"
_SAID_WITHOUT_ERROR = ("complain", "_refused")  # while the work goes on, or as an answer


def error_messages() -> dict[str, str]:
    """Return {message: where} of every `MienError` that is built in mien's source, and of what else it says."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "edge/mien").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if _is_error(call, tree) and call.args:
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                found |= {message: where for message in _texts(call.args[0], constants) if message != ELLIPSIS}
    return found


def installer_messages() -> list[str]:
    """Return what `requirements.sh` ends with when it cannot go on."""
    script = (ROOT / "requirements.sh").read_text(encoding="utf-8")
    said = re.findall(r'\bfail "((?:[^"\\]|\\.)*)"', script)
    return [re.sub(r"\$\{[^}]*\}|\$\w+|\$\*", ELLIPSIS, text).replace("\\`", "`") for text in said]


def matches(pattern: str, message: str) -> bool:
    """Say whether a pattern of the index fits a message: its parts stand in it, in their order."""
    place = 0
    for part in (part.strip() for part in pattern.split(ELLIPSIS)):
        place = message.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def _is_error(call: ast.Call, tree: ast.Module) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _SAID_WITHOUT_ERROR:
        return True
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.MienError):
        return True
    own = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    return name.endswith("Error") and any(
        alias.name == name and (node.module or "").startswith("mien.") for node in own for alias in node.names
    )


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the texts that a module gives names to."""
    return {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield what an expression can read as."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_part(part, constants) for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], {})
    else:
        yield ELLIPSIS


def _part(part: ast.expr, constants: dict[str, ast.expr]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    if isinstance(part, ast.FormattedValue):
        return next(_texts(part.value, constants), ELLIPSIS)
    return ELLIPSIS
