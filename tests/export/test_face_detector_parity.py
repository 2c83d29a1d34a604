"""The comparison of the two detectors: what it counts, and the whole command on a folder of drawings."""

from pathlib import Path

import cv2
import pytest
from edge.eye.drawn_face import drawn_faces
from edge.eye.fakes import FakeDetector, face, frame

from mien_export.face_detector_cost import measure_cost
from mien_export.face_detector_parity import compare


def test_faces_are_paired_by_their_place() -> None:
    theirs = FakeDetector(face(left=0), face(left=150, width=60))
    ours = FakeDetector(face(left=10, score=0.8), face(left=230))
    parity = compare(theirs, ours, [frame(), frame()])
    assert (parity.mediapipe, parity.onnx, len(parity.pairs)) == (4, 4, 2)
    assert parity.pairs[0].overlap == pytest.approx(90 / 110)
    assert parity.pairs[0].eye_share == pytest.approx(10 / 45)
    assert parity.pairs[0].score == pytest.approx(0.1)


def test_what_a_detector_costs_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), drawn_faces((320, 200, 160)).image)
    cost = measure_cost("onnx", photo)
    assert cost.ready_cpu_seconds > 0
    assert 50 < cost.resident_megabytes < 400
    assert 0 < cost.detection_cpu_milliseconds < 100
