"""The clock of the wall may jump by years when the network comes; what sees and decides has to know no such clock."""

import ast
from pathlib import Path

import pytest

EDGE = Path(__file__).parents[3] / "edge/mien"
WALL = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "datetime.now", "datetime.utcnow", "date.today"}
MODULES = [path for room in ("eye", "link", "mood") for path in sorted((EDGE / room).glob("*.py"))]


def calls(source: str) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    return {ast.unparse(node) for node in nodes}


@pytest.mark.parametrize("module", [*MODULES, EDGE / "child_process.py"], ids=lambda path: path.stem)
def test_it_looks_at_no_clock_that_jumps(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert WALL & calls(source) == set()
    assert "from time import" not in source


def test_a_look_at_the_wall_is_seen() -> None:
    assert calls("import time\nprint(time.time())") & WALL == {"time.time"}
    assert EDGE / "eye/loop.py" in MODULES
