"""Who may import whom, and that importing mien loads nothing heavy."""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"mien": ROOT / "edge", "mien_training": ROOT / "training", "mien_export": ROOT / "export"}
HEAVY = {"torch", "vlc", "mediapipe", "cv2", "onnxruntime", "paho", "dbus_fast", "prometheus_client", "gpiozero"}

FORBIDDEN = [
    ("mien", "mien_training"),
    ("mien", "mien_export"),
    ("mien", "mien_benchmarks"),
    ("mien_training", "mien_benchmarks"),
    ("mien_export", "mien_benchmarks"),
    ("mien.mood", "mien.eye"),
    ("mien.mood", "mien.music"),
    ("mien.mood", "mien.web"),
    ("mien.eye", "mien.music"),
    ("mien.music", "mien.eye"),
    ("mien.web", "mien.eye"),
    ("mien.bridges", "mien.eye"),
    ("mien.bridges", "mien.music"),
    ("mien.bridges", "mien.web"),
]

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
import mien
names = [module.name for module in pkgutil.walk_packages(mien.__path__, "mien.") if module.name != "mien.__main__"]
for name in names:
    importlib.import_module(name)
print(json.dumps({"imported": names, "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def modules() -> Iterator[tuple[str, Path]]:
    for package, root in PACKAGES.items():
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


ARROWS = [(module, imported) for module, path in modules() for imported in imports(module, path)]


def test_imports_inside_functions_and_type_checking_blocks_are_seen() -> None:
    assert ("mien.types", "numpy") in ARROWS
    assert ("mien.config", "mien.errors.SettingsError") in ARROWS
    assert {"mien_training.__main__", "mien_export.__main__"} <= {importer for importer, _ in ARROWS}


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_a_layer_does_not_know(importer: str, imported: str) -> None:
    assert [arrow for arrow in ARROWS if is_inside(arrow[0], importer) and is_inside(arrow[1], imported)] == []


def test_only_the_command_line_imports_the_composition_root() -> None:
    importers = {
        importer for importer, imported in ARROWS if is_inside(imported, "mien.app") and is_inside(importer, "mien")
    }
    assert [name for name in importers if not is_inside(name, "mien.cli") and not is_inside(name, "mien.app")] == []


def test_importing_every_module_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_EVERYTHING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {"mien.types", "mien.config"} <= set(seen["imported"])
    assert HEAVY & set(seen["loaded"]) == set()
