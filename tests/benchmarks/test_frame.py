import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.check import RATIOS, ratios, worse
from mien_benchmarks.frame_probe import WARM_UP, frames_of, mean_milliseconds
from mien_benchmarks.frames import make_frames
from mien_benchmarks.install import ALL_ON_DISK, TIME
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.peers.environments import Peer, check_installed, install, seconds_to_install
from mien_benchmarks.peers.measuring import check_seen, installed, look

COUNT = 4


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    spots = cv2.resize(np.random.default_rng(1).integers(0, 256, (12, 12, 3)).astype(np.uint8), (512, 512))
    for name in ("photos/skimage_astronaut.png", "noface/skimage_coffee.png"):
        (data / name).parent.mkdir()
        cv2.imwrite(str(data / name), spots)
    return make_frames(data, tmp_path_factory.mktemp("work"), COUNT)


def images(folder: Path) -> list[np.ndarray]:
    return [np.fromfile(path, np.uint8).reshape(480, 640, 3).astype(float) for path in sorted(folder.glob("*.bgr"))]


def test_the_pixels_are_those_of_the_jpegs(frames: Path) -> None:
    packed = sorted((frames / "moving").glob("*.jpg"))
    assert len(packed) == COUNT
    for path, pixels in zip(packed, images(frames / "moving"), strict=True):
        assert np.array_equal(np.asarray(cv2.imread(str(path))), pixels)


def test_one_moves_and_the_other_only_has_noise(frames: Path) -> None:
    moving, still = images(frames / "moving"), images(frames / "still")
    moved, rested = (np.abs(pair[0] - pair[1]).mean() for pair in (moving, still))
    assert 0.5 < rested < 3 < moved
    assert moving[0][:, :40].max() < 30  # black beside the picture


def test_frames_are_made_once(frames: Path) -> None:
    assert make_frames(Path("nowhere"), frames.parent, COUNT) == frames


def test_a_missing_picture_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"skimage_astronaut\.png is no picture that can be read; give the dev"):
        make_frames(tmp_path, tmp_path)


def test_the_last_frames_come_also_first_and_time_goes_on(frames: Path) -> None:
    read = frames_of(frames / "still", 0.5)
    assert [one.captured_at for one in read] == [0.5 * index for index in range(2 * COUNT)]
    assert np.array_equal(read[0].image, read[COUNT].image)


def test_work_that_is_done_for_some_items_only_counts_and_the_warm_up_does_not() -> None:
    spent = 0.0

    def spend(seconds: float) -> None:
        nonlocal spent
        spent += seconds

    items = [30.0] * WARM_UP + [0.0, 0.0, 0.0, 0.5]
    assert mean_milliseconds(spend, items, lambda: spent, lambda: 2 * spent) == (125.0, 250.0)


def printing(text: str) -> tuple[str, ...]:
    return sys.executable, "-ISc", f"print({text!r})"


def peer(*installing: tuple[str, ...], shown: str = "") -> Peer:
    return Peer("twin", installing, lambda _folder, _frames: printing(shown))


def test_a_peer_is_installed_once_in_a_folder_of_its_own(tmp_path: Path) -> None:
    told: list[str] = []
    script = "from pathlib import Path; Path('times').open('a').write('x')"
    for _ in range(2):
        install(tmp_path, told.append, (peer((sys.executable, "-ISc", script)),))
    assert (tmp_path / "twin/times").read_text() == "x"
    assert told == [f"installing twin in {tmp_path}/twin", f"twin is in {tmp_path}/twin already."]
    assert 0 < seconds_to_install(peer(), tmp_path) < 60


def test_a_peer_that_cannot_be_installed_is_not_there_afterwards(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="ended with status 3"):
        install(tmp_path, lambda _: None, (peer((sys.executable, "-ISc", "raise SystemExit(3)")),))
    with pytest.raises(BenchmarkError, match="run `python -m mien_benchmarks peers"):
        list(look(peer(), tmp_path, tmp_path))


def test_what_a_peer_prints_becomes_figures_of_the_frame_and_of_the_eye(tmp_path: Path) -> None:
    shown = {"cpu": 61.0, "cpu_nobody": 20.0, "cpu_paced": 50.0, "wall": 70.0, "answered_at": 4e9, "megabytes": 191.0}
    twin = peer(shown=f"chatter\n{json.dumps(shown | {'seen': 1.0, 'seen_nobody': 0.0})}")
    install(tmp_path, lambda _: None, (twin,))
    found = {(one.part, one.what): one.median for one in look(twin, tmp_path, tmp_path)}
    assert found.pop(("eye", "start to first answer")) > 1e9
    assert found == {
        ("frame", "a frame, all of it looked at"): 61.0,
        ("frame", "a frame at 6 a second"): 50.0,
        ("frame", "a frame with nobody, all of it looked at"): 20.0,
        ("frame", "wall time of a frame"): 70.0,
        ("eye", "memory (RSS), a face present"): 191.0,
    }


def test_who_sees_nobody_or_one_who_is_not_there_is_no_measure(tmp_path: Path) -> None:
    twin = peer(shown='{"seen": 0.5, "seen_nobody": 0.0}')
    install(tmp_path, lambda _: None, (twin,))
    with pytest.raises(BenchmarkError, match="twin saw a face in 50% of the frames; its"):
        list(look(twin, tmp_path, tmp_path))
    check_seen("mien", 0.9, 0.1)
    with pytest.raises(BenchmarkError, match="mien saw a face in 20% of the frames with nobody; its"):
        check_seen("mien", 1.0, 0.2)


def test_what_is_installed_of_a_peer_stands_in_the_rows_of_miens_installation(tmp_path: Path) -> None:
    script = "from pathlib import Path; Path('large').write_bytes(bytes(3_000_000))"
    twin = peer((sys.executable, "-ISc", script))
    install(tmp_path, lambda _: None, (twin,))
    found = {one.what: (one.part, one.subject, one.unit, one.median) for one in installed(tmp_path, [twin])}
    assert list(found) == [ALL_ON_DISK, TIME]
    assert found[ALL_ON_DISK][:3] == ("install", "twin", "MB")
    assert 3 < found[ALL_ON_DISK][3] < 3.1
    assert found[TIME] == ("install", "twin", "s", seconds_to_install(twin, tmp_path))


def test_a_peer_whose_program_is_missing_is_told_of(tmp_path: Path) -> None:
    twin = Peer("twin", (), lambda _folder, _frames: ("no-such-program",))
    install(tmp_path, lambda _: None, (twin, peer()))
    check_installed(tmp_path, [peer()])
    with pytest.raises(BenchmarkError, match="twin is run by no-such-program, which is not there"):
        check_installed(tmp_path, [twin])


def recorded(milliseconds: float, subject: str = "mien") -> list[Measurement]:
    names = dict.fromkeys(name for pair in RATIOS for name in pair)
    same = "work that stays the same, to compare with"
    return [Measurement("frame", subject, name, "ms", (1.0 if name == same else milliseconds,)) for name in names]


def test_a_ratio_is_told_of_only_where_it_grew_beyond_the_tolerance() -> None:
    known = ratios(recorded(4.0))
    assert worse(ratios(recorded(5.9)), known) == []
    assert worse(ratios(recorded(6.1)), known) == [
        f"'{name}' takes 6.10 times 'work that stays the same, to compare with', and took 4.00 times: "
        "make it cheaper again, or measure anew if it may be dearer."
        for name, other in RATIOS
        if other.startswith("work")
    ]


def test_the_figures_of_others_are_not_held_against_mien() -> None:
    with pytest.raises(BenchmarkError, match="There is no figure of 'a frame, all of it looked at'; run"):
        ratios(recorded(4.0, "fer"))


def test_a_figure_that_is_no_longer_there_is_told_of() -> None:
    with pytest.raises(BenchmarkError, match="There is no figure of 'stage: classify'; run"):
        ratios([one for one in recorded(4.0) if one.what != "stage: classify"])
