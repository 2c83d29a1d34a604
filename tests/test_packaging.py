"""The wheel holds mien and nothing else, the lock fits the project, and the installer refuses what it cannot do."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_holds_only_mien(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {re.sub(r"-.*\.dist-info$", " metadata", top) for top in tops} == {"mien", "mien metadata"}


def test_the_wheel_holds_every_file_of_the_package(wheel: list[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "edge/mien"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert "edge/mien/default.toml" in listed
    assert [name for name in listed if name.removeprefix("edge/") not in wheel] == []


def test_the_wheel_holds_the_units_that_the_doctor_compares_with(wheel: list[str]) -> None:
    assert {f"mien/systemd/{path.name}" for path in (ROOT / "systemd").glob("*.service")} <= set(wheel)


def test_the_wheel_holds_the_licence_and_the_notice_of_the_detector(wheel: list[str]) -> None:
    licences = {name.partition("/licenses/")[2] for name in wheel if "/licenses/" in name}
    assert licences == {"LICENSE", "edge/mien/models/NOTICE"}


def test_the_lock_pins_every_dependency_within_its_range() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().replace("_", "-").split("==") for line in lines if not line.startswith("#"))
    wanted = [*PROJECT["dependencies"], *chain.from_iterable(PROJECT["optional-dependencies"].values())]
    assert [text for text in wanted if pins.get((need := Requirement(text)).name, "0") not in need.specifier] == []


@pytest.fixture
def installer(tmp_path: Path) -> Path:
    """The installer alone, on a machine where no apt package is missing."""
    for name in ("requirements.sh", "requirements.lock", "pyproject.toml", "edge/headless_opencv/pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    query = tmp_path / "bin/dpkg-query"
    query.parent.mkdir()
    query.write_text("#!/bin/sh\necho install ok installed\n", encoding="utf-8")
    query.chmod(0o755)
    return tmp_path / "requirements.sh"


def run(installer: Path, *options: str, python: str = "") -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PATH": f"{installer.parent}/bin:{os.environ['PATH']}", "PYTHON": python}
    return subprocess.run([installer, *options], capture_output=True, text=True, check=False, env=surroundings)


def test_the_installer_names_an_unknown_option(installer: Path) -> None:
    done = run(installer, "--everything")
    assert done.returncode == 2
    assert "unknown option --everything" in done.stderr


def test_the_installer_refuses_an_old_python(installer: Path) -> None:
    old = installer.parent / "bin/old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = run(installer, python=str(old))
    assert done.returncode == 1
    assert f"No Python 3.11 or newer with venv was found (tried {old})" in done.stderr
    assert not (installer.parent / ".venv").exists()


def test_the_installer_leaves_a_broken_environment_alone_and_says_so(installer: Path) -> None:
    (installer.parent / ".venv").mkdir()
    done = run(installer)
    assert done.returncode == 1
    assert "is no virtual environment of Python 3.11 or newer: remove it and run this again" in done.stderr
