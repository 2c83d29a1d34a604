"""What callgrind wrote is read stage by stage, and the probe marks each stage."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from edge.eye.drawn_face import drawn_faces

from mien_benchmarks import instructions_probe
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.instructions import FRAMES, counts_of, measure


def write_counts(folder: Path, *totals: int) -> None:
    for number, total in enumerate(totals, 1):
        (folder / f"count.{number}").write_text(f"version: 1\nsummary: {total}\n\nfn=(1)\n1 2\n\ntotals: {total}\n")


def test_a_stage_is_what_lies_between_its_marks(tmp_path: Path) -> None:
    write_counts(tmp_path, 1_000_000, 30 * FRAMES, 500, 7 * FRAMES)
    assert counts_of(tmp_path, ["detect", "crop"]) == {"detect": 30, "crop": 7}


def test_a_mark_that_was_not_seen_is_told(tmp_path: Path) -> None:
    write_counts(tmp_path, 1_000_000, 300, 500)
    with pytest.raises(BenchmarkError, match=r"callgrind did not write count\.4 into"):
        counts_of(tmp_path, ["detect", "crop"])
    with pytest.raises(BenchmarkError, match="callgrind did not write anything"):
        counts_of(tmp_path, [])


def test_another_format_is_told(tmp_path: Path) -> None:
    write_counts(tmp_path, 1, 2)
    (tmp_path / "count.2").write_text("nothing\n")
    with pytest.raises(BenchmarkError, match="has no line of totals"):
        counts_of(tmp_path, ["detect"])


def test_without_valgrind_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BenchmarkError, match="apt-get install valgrind"):
        list(measure(Bench(tmp_path, tmp_path)))


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    for name, step in (("moving", 20), ("still", 0)):
        (tmp_path / name).mkdir()
        for index in range(3):
            image = drawn_faces((250 + step * index, 200, 160)).image
            (tmp_path / f"{name}/{index:02}.bgr").write_bytes(image.tobytes())
            cv2.imwrite(str(tmp_path / f"{name}/{index:02}.jpg"), image)
    return tmp_path


@pytest.mark.slow
def test_the_probe_marks_each_stage_twice(frames: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not on this machine")
    traced = ["strace", "-f", "-qq", "-e", "trace=getpriority", "-e", "signal=none", "-o", str(frames / "trace")]
    command = [*traced, sys.executable, "-P", instructions_probe.__file__, str(frames), "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": ""})
    assert done.returncode == 0, done.stderr
    mien, *stages = done.stdout.splitlines()
    assert Path(mien).name == "__init__.py"
    assert len(stages) == len(set(stages)) > 5
    assert (frames / "trace").read_text().count("getpriority(") == 2 * len(stages)
