"""What an installation takes: of files written here, since a real one takes minutes, root and a network."""

from pathlib import Path

import pytest

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.install import checkouts, disk_megabytes, largest_parts
from mien_benchmarks.new_machine import NewMachine, debian, package_folders

ROOT = Path(__file__).parents[2]


def bench(before: Path | None) -> Bench:
    return Bench(Path("work"), Path("data"), before=before)


def test_a_version_before_is_the_checkout_around_its_environment(tmp_path: Path) -> None:
    (tmp_path / "requirements.sh").touch()
    found = checkouts(bench(tmp_path / ".venv/bin/python"))
    assert found == {"mien before": tmp_path, "mien": ROOT}
    assert checkouts(bench(None)) == {"mien": ROOT}


def test_an_environment_outside_a_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"has no requirements\.sh: name the Python in the \.venv of a checkout"):
        checkouts(bench(tmp_path / ".venv/bin/python"))


def test_a_part_that_is_large_on_either_machine_is_shown() -> None:
    before = {f"small {number:02}": 1.0 for number in range(20)} | {"gone": 200.0, "shrunk": 90.0}
    shown = largest_parts([before, {"shrunk": 1.0, "small 00": 1.0, "new": 3.0}])
    assert shown == ["gone", "shrunk", "new", *(f"small {number:02}" for number in range(7))]


def test_a_distribution_takes_the_blocks_of_the_files_that_it_lists(tmp_path: Path) -> None:
    for name, size in (("big/code.py", 9_000), ("big.libs/library.so", 100_000), ("other.py", 5)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    for name, files in (("big-1.0", "big/code.py\nbig.libs/library.so\ngone.py"), ("other-2.0", "other.py")):
        record = tmp_path / f"{name}.dist-info/RECORD"
        record.parent.mkdir()
        record.write_text("".join(f"{line},sha256=1,2\n" for line in files.split()))
    found = disk_megabytes(tmp_path)
    assert set(found) == {"big", "other"}
    assert 0.109 <= found["big"] < 0.13
    assert 0 <= found["other"] < 0.02


def test_a_machine_gets_what_git_knows_of_a_checkout_and_goes_again(tmp_path: Path) -> None:
    (tmp_path / "bookworm/etc/ssl/certs").mkdir(parents=True)
    with NewMachine(tmp_path / "bookworm", ROOT) as machine:
        assert (machine.checkout / "edge/mien/default.toml").read_bytes()
        assert (machine.checkout / "requirements.sh").stat().st_mode & 0o100
        assert not (machine.checkout / ".venv").exists()
        assert not (machine.checkout / "tests").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bookworm"]


def test_the_folders_that_pip_installs_from_are_those_of_its_settings(tmp_path: Path) -> None:
    for name in ("with space/simple", "with space/files", "wheels"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "ca.crt").touch()
    settings = (
        f":env:.cert='{tmp_path}/ca.crt'\nglobal.find-links='{tmp_path}/wheels'\nglobal.timeout='180'\n"
        f"global.extra-index-url='file://{tmp_path}/with%20space/simple file://{tmp_path}/gone/simple'\n"
    )
    assert package_folders(settings) == [tmp_path / "with space", tmp_path / "wheels"]
    assert package_folders("") == []


def test_without_the_program_that_makes_a_debian_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BenchmarkError, match="apt-get install mmdebstrap"):
        debian(tmp_path, print)
