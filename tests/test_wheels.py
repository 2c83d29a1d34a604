"""Every package that a device needs has a wheel for both processors and for the Pythons of Debian 12 and 13."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SHIM = "opencv-contrib-python"  # edge/headless_opencv stands for it
GLIBC = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")  # Debian 12 has 2.36


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in found}


def needed_on_a_device(python: str, processor: str) -> Iterator[str]:
    """Yield mien's dependencies and theirs, as a device with this Python sees them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    surroundings = {name: str(value) for name, value in default_environment().items()}
    surroundings |= {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": processor}
    surroundings["extra"] = ""
    left, seen = [Requirement(text) for text in project["dependencies"]], {SHIM}
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        if name in seen or (one.marker is not None and not one.marker.evaluate(surroundings)):
            continue
        seen.add(name)
        yield name
        left += [Requirement(text) for text in requires(name) or []]


def test_every_package_that_a_device_needs_is_pinned() -> None:
    needed = {name for python in ("3.11", "3.13") for name in needed_on_a_device(python, "aarch64")}
    assert {"numpy", "onnxruntime", "pydantic-core"} <= needed
    assert needed <= set(pins())


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("processor", ["aarch64", "x86_64"])
def test_every_pinned_package_has_a_wheel(tmp_path: Path, python: str, processor: str) -> None:
    versions = pins()
    wanted = sorted(f"{name}=={versions[name]}" for name in needed_on_a_device(python, processor))
    number = python.replace(".", "")
    platforms = [word for glibc in GLIBC for word in ("--platform", f"{glibc}_{processor}")]
    abis = [word for abi in (f"cp{number}", "abi3", "none") for word in ("--abi", abi)]
    report = tmp_path / "report.json"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:", f"--report={report}"]
    done = subprocess.run(
        [*pip, *options, f"--target={tmp_path}/t", f"--python-version={python}", *platforms, *abis, *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text())["install"]
    assert len(found) == len(wanted)
    assert all(one["download_info"]["url"].endswith(".whl") for one in found)
