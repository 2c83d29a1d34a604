"""`mien setup --yes`, for scripts; and who cannot be asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from edge.command_line import surroundings
from typer.testing import CliRunner, Result

from mien.cli.main import app
from mien.config import load
from mien.errors import SettingsError


def setup(home: Path, *options: str | Path) -> Result:
    wanted = surroundings(home)
    absent = dict.fromkeys(name for name in os.environ if name not in wanted)
    return CliRunner().invoke(app, ["setup", *map(str, options)], env={**absent, **wanted})


def test_yes_takes_the_options_and_what_is_found(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    done = setup(tmp_path, "--yes", "--camera", "none", "--profile", "drive", "--library", tmp_path / "songs")
    assert done.exit_code == 0, done.output
    settings = load(tmp_path / ".config/mien/mien.toml")
    assert (settings.profile, settings.eye.enabled) == ("drive", False)
    assert settings.music.library_folder == tmp_path / "songs"
    assert not (tmp_path / ".config/mien/mien.toml.before").exists()


def test_yes_again_changes_only_what_is_named(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[mood]\ndwell_seconds = 2.0\n")
    assert setup(tmp_path, "--yes", "--config", file, "--camera", "/dev/video7").exit_code == 0
    first = file.read_text()
    settings = load(file)
    assert (settings.mood.dwell_seconds, settings.camera.source, settings.eye.enabled) == (2.0, "/dev/video7", True)
    assert "stays as it is" in setup(tmp_path, "--yes", "--config", file).output
    assert file.read_text() == first


def test_who_cannot_be_asked_is_told_of_yes(tmp_path: Path) -> None:
    done = setup(tmp_path)
    assert done.exit_code == 2
    assert "--yes asks" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [["--profile", "taxi"], ["--camera", ""], ["--config", "torn.toml"]])
def test_what_cannot_be_used_is_refused_and_nothing_is_written(tmp_path: Path, options: list[str]) -> None:
    torn = tmp_path / "torn.toml"
    torn.write_text("profile = ")
    done = setup(tmp_path, "--yes", *[str(torn) if option == "torn.toml" else option for option in options])
    assert isinstance(done.exception, SettingsError)
    assert [file.name for file in tmp_path.iterdir()] == ["torn.toml"]
    assert torn.read_text() == "profile = "


def test_a_folder_that_may_not_be_looked_into_is_said_so(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "one.mp3").touch()
    closed.chmod(0o100)
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    program = "import sys; from pathlib import Path; from mien.setup.library import count_music as count; "
    program += "print(*count(Path(sys.argv[1])))"
    done = subprocess.run(
        [*powerless, sys.executable, "-c", program, closed], capture_output=True, text=True, check=True
    )
    closed.chmod(0o700)
    assert done.stdout == f"0 You may not look into the folder {closed}.\n"
