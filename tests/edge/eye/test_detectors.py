"""Which detector is taken: with MediaPipe as it is here, and with children that stand for other machines."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from edge.eye.drawn_face import drawn_faces

from mien import config
from mien.errors import DetectorError
from mien.eye.blazeface import OnnxFaces
from mien.eye.detectors import Trial, begin_trial, open_detector
from mien.eye.faces import MediaPipeFaces, shipped_detector

Begin = Callable[[str], Trial]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin trials whose child runs a program of the test."""
    trials: list[Trial] = []

    def begin_with(program: str) -> Trial:
        trials.append(Trial([sys.executable, "-c", program]))
        return trials[-1]

    yield begin_with
    for trial in trials:
        trial.close()


def test_mediapipe_is_taken_where_it_runs(caplog: pytest.LogCaptureFixture) -> None:
    with begin_trial("mediapipe") as trial:
        assert trial is not None
        with closing(open_detector("mediapipe", 0.5, trial)) as detector:
            assert isinstance(detector, MediaPipeFaces)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "ended by signal 4 (Illegal instruction)"),
        ("import os; os.abort()", "ended by signal 6 (Aborted)"),
        ("import sys; print('noise', file=sys.stderr); sys.exit('There is no libEGL.')", "There is no libEGL."),
        ("raise SystemExit(3)", "it ended with status 3."),
    ],
)
def test_onnx_runtime_takes_over_where_it_does_not(
    begin: Begin, program: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(open_detector("mediapipe", 0.5, begin(program))) as detector:
        assert isinstance(detector, OnnxFaces)
        assert len(detector.detect(drawn_faces((320, 200, 160)))) == 1
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert why in record.getMessage()
    assert "\n" not in record.getMessage()


def test_a_trial_that_hangs_is_given_up(begin: Begin) -> None:
    trial = begin("import signal; signal.pause()")
    assert trial.failure(timeout_seconds=0.2) == "it gave no answer within 0.2 s."
    trial.close()
    trial.close()


def test_a_child_that_cannot_be_started_is_a_failure() -> None:
    assert Trial(["/no/such/program"]).failure() == "it cannot be tried (No such file or directory)."


def test_by_default_onnx_runtime_finds_faces_without_a_trial(caplog: pytest.LogCaptureFixture) -> None:
    kind = config.load().eye.detector
    with begin_trial(kind) as trial:
        assert trial is None
        with closing(open_detector(kind, 0.5, trial)) as detector:
            assert isinstance(detector, OnnxFaces)
    assert caplog.records == []


def test_where_mediapipe_is_not_installed_the_warning_says_how(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)  # as where it is not installed
    with begin_trial("mediapipe") as trial:
        assert trial is None
        with closing(open_detector("mediapipe", 0.5, trial)) as detector:
            assert isinstance(detector, OnnxFaces)
    (record,) = caplog.records
    assert record.getMessage().endswith("it is not installed; run ./requirements.sh --mediapipe.")
    with pytest.raises(DetectorError, match="MediaPipe's face detector cannot start"):
        MediaPipeFaces(shipped_detector(), 0.5)
