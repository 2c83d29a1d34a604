"""What the soak computes: growth within the lives of processes, what a part takes and writes."""

import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np
import pytest
from device.soak_camera import NetworkCamera
from device.soak_report import lives, write_report, written_bytes
from device.soak_samples import FolderWatch, Sample, sample, slope

HOUR = np.arange(0.0, 3600.0, 10.0)


def life(level: float, per_hour: float, noise: float = 0.0, begin: float = 0.0) -> list[tuple[float, float]]:
    chance = np.random.default_rng(1)
    values = level + per_hour * HOUR / 3600 + noise * chance.standard_normal(len(HOUR))
    return [(begin + float(at), float(value)) for at, value in zip(HOUR, values, strict=True)]


def test_growth_is_found_whatever_level_a_process_begins_at() -> None:
    growth = slope([life(100.0, 6.0), life(500.0, 6.0, begin=3600.0)], 60.0, 60.0)
    assert growth.per_hour == pytest.approx(6.0)
    assert growth.plus_minus < 1e-6


def test_noise_is_no_growth_and_the_interval_says_so() -> None:
    growth = slope([life(100.0, 0.0, noise=1.0)], 60.0, 60.0)
    assert abs(growth.per_hour) < growth.plus_minus < 1.0
    leak = slope([life(100.0, 3.0, noise=1.0)], 60.0, 60.0)
    assert leak.per_hour - leak.plus_minus > 0.0


def test_too_short_a_run_tells_nothing() -> None:
    assert slope([life(100.0, 0.0)[:9]], 60.0, 60.0).plus_minus == float("inf")
    assert slope([], 60.0, 60.0).plus_minus == float("inf")


def test_this_process_is_sampled() -> None:
    (one,) = [one for one in sample(1.0, os.getpid()) if one.part == "player"]
    assert one.pid == os.getpid()
    assert 10.0 < one.memory_megabytes < 4000.0
    with Path("/dev/null").open():
        assert sample(2.0, os.getpid())[0].descriptors == one.descriptors + 1


def test_writes_into_a_folder_are_counted_by_file(tmp_path: Path) -> None:
    with closing(FolderWatch(tmp_path)) as watch:
        (tmp_path / "a").write_text("1")
        (tmp_path / "a").rename(tmp_path / "b")
        watch.look()
        assert watch.counts == {"a written": 1, "a closed": 1, "b replaced": 1}


def test_the_camera_serves_pictures_in_a_loop_and_drops_its_streams() -> None:
    with closing(NetworkCamera([b"first", b"second"], 100.0)) as camera, urlopen(camera.address, timeout=5) as stream:
        lines = [stream.readline() for _ in range(15)]
        assert [line.strip() for line in lines if line.strip() in {b"first", b"second"}] == [
            b"first",
            b"second",
            b"first",
        ]
        camera.dropped.set()
        assert len(stream.read()) < 10_000
        with pytest.raises(HTTPError, match="503"):
            urlopen(camera.address, timeout=5)


@pytest.mark.slow
def test_the_report_adds_up_what_a_restarted_part_wrote_and_names_what_happened(tmp_path: Path) -> None:
    samples = [
        Sample(at, part, pid, 100.0, 9, 3, written)
        for at, part, pid, written in [
            (0.0, "eye", 1, 10),
            (10.0, "eye", 1, 30),
            (20.0, "eye", 2, 5),
            (20.0, "player", 3, 0),
        ]
    ]
    assert lives(samples, "eye", "written_bytes") == [[(0.0, 10.0), (10.0, 30.0)], [(20.0, 5.0)]]
    assert written_bytes(samples, "eye") == 35
    states = [(10.0, "playing", True, ()), (20.0, "paused", True, ("eye_gone",))]
    write_report(tmp_path, samples, states, [(15.0, "the eye is killed")], Counter(), ended=None)
    report = (tmp_path / "soak.md").read_text(encoding="utf-8")
    assert "Of 2 looks the music played in 1, and all was well in 1." in report
    assert "| eye | 35 |" in report
    assert "| 0.2 | the eye is killed |" in report
    assert (tmp_path / "soak.png").stat().st_size > 1000
