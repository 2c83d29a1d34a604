"""The service of a session: installed and removed by the installer, in a home of its own and as an ordinary user."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_lines import ROOT

_NOBODY = 65534
UNIT = ".config/systemd/user/mien.service"
WANTED = ".config/systemd/user/default.target.wants/mien.service"
PROGRAM = ".local/share/mien"
PACKAGES = f"{PROGRAM}/.venv/lib/python3.11/site-packages"
NEEDED = "numpy/__init__.py", "numpy/testing/tests_of.py", "other/tests/one.py", "onnxruntime/capi/state.so"
UNUSED = "numpy/tests/one.py", "numpy/_core/tests/data/one.csv", "onnxruntime/capi/libonnxruntime.so.1.32.0"


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with settings, and a program already there that pip has nothing to add to; anybody may write to it."""
    if shutil.which("systemctl") is None:
        pytest.skip("there is no systemctl on this machine")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        for wanted in ("requirements.sh", "requirements.lock", "systemd/user/mien.service"):
            (home / "checkout" / wanted).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / wanted, home / "checkout" / wanted)
        for program in (home / "bin/dpkg-query", home / PROGRAM / ".venv/bin/python"):
            program.parent.mkdir(parents=True)
            program.write_text("#!/bin/sh\necho install ok installed\n", encoding="utf-8")
        for installed in (*NEEDED, *UNUSED):
            (home / PACKAGES / installed).parent.mkdir(parents=True, exist_ok=True)
            (home / PACKAGES / installed).touch()
        for kept in (".config/mien/mien.toml", ".local/state/mien/library.db"):
            (home / kept).parent.mkdir(parents=True)
            (home / kept).write_text("kept", encoding="utf-8")
        for path in (home, *home.rglob("*")):
            path.chmod(0o777)
        yield home


def install(home: Path, option: str, user: int | None) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": f"{home}/bin:{os.environ['PATH']}", "HOME": str(home), "USER": "somebody"}
    return subprocess.run(
        [home / "checkout/requirements.sh", option],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings,
        user=user if os.geteuid() == 0 else None,
    )


def test_it_comes_and_goes_and_leaves_settings_and_index(home: Path) -> None:
    for _ in range(2):  # an upgrade is the same line again
        done = install(home, "--user-service", _NOBODY)
        assert (done.returncode, done.stderr) == (0, "")
        assert (home / UNIT).read_text() == (ROOT / "systemd/user/mien.service").read_text()
        assert (home / WANTED).resolve() == (home / UNIT).resolve()
        assert "sudo loginctl enable-linger somebody" in done.stdout
        assert {name for name in (*NEEDED, *UNUSED) if (home / PACKAGES / name).exists()} == set(NEEDED)
    for _ in range(2):
        done = install(home, "--remove-user-service", _NOBODY)
        assert (done.returncode, done.stderr) == (0, "")
        assert not any(os.path.lexists(home / name) for name in (UNIT, WANTED, PROGRAM))
    for kept in (".config/mien/mien.toml", ".local/state/mien/library.db"):
        assert (home / kept).read_text() == "kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who is refused")
@pytest.mark.parametrize("option", ["--user-service", "--remove-user-service"])
def test_root_is_told_to_be_somebody(home: Path, option: str) -> None:
    done = install(home, option, 0)
    assert done.returncode == 1
    assert "run this again without sudo" in done.stderr
    assert (home / PROGRAM).exists()
    assert not (home / UNIT).exists()
