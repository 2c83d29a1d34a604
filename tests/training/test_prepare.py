from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic_faces import TINY, make_faces

from mien.eye.crop import aligned_crop, as_seen_by_model, face_part
from mien.eye.equalise import Equalisation
from mien.types import Box, Face, Frame, Point
from mien_training.crop_rule import FER2013_CROP
from mien_training.data import SIDE
from mien_training.prepare import prepared
from mien_training.settings import TrainSettings
from mien_training.train import Run
from mien_training.trained import TrainedRun

FACES = make_faces(140)


def in_a_frame(picture: NDArray[np.uint8]) -> tuple[Frame, Face]:
    """Lay a training picture into a frame, with its eyes where the crop rule has them."""
    left, top = 30, 20
    frame = np.full((100, 120, 3), 40, np.uint8)
    frame[top : top + SIDE, left : left + SIDE] = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    eye_y = top + FER2013_CROP.eye_line * SIDE - 0.5
    middle, half = left + (SIDE - 1) / 2, FER2013_CROP.eye_distance * SIDE / 2
    box = Box(left, top, left + SIDE, top + SIDE)
    return Frame(frame, 0.0), Face(box, Point(middle - half, eye_y), Point(middle + half, eye_y), 0.9)


@pytest.mark.parametrize("how", list(Equalisation))
def test_device_and_training_see_the_same_pixels_of_a_face(how: Equalisation) -> None:
    assert FER2013_CROP.ellipse is not None
    inside = face_part(FER2013_CROP.ellipse, SIDE)
    learned = prepared(FACES.images[:20], TrainSettings(equalisation=how))
    for picture, expected in zip(FACES.images, learned, strict=False):
        crop = as_seen_by_model(aligned_crop(*in_a_frame(picture), FER2013_CROP, SIDE), FER2013_CROP, how)
        assert (crop[inside] == expected[inside]).all()


@pytest.mark.parametrize("how", list(Equalisation))
def test_a_run_learns_from_and_judges_pictures_as_its_settings_say(tmp_path: Path, how: Equalisation) -> None:
    settings = TrainSettings.with_changes([*TINY, "epochs=1", "validation_share=0.3", f'equalisation="{how}"'])
    run = Run(tmp_path, FACES, settings)
    run.train()
    trained = TrainedRun.load(tmp_path)
    training, validation = trained.split(FACES)
    for raw, learned in ((training, run.train_faces), (validation, run.validation_faces)):
        given = learned[:, 0].cpu().numpy()
        assert (given == prepared(raw.images, settings)).all()
        assert (given == raw.images).all() == (how is Equalisation.NONE)
    logits = trained.logits(validation.images)
    already = TrainedRun(tmp_path, settings.model_copy(update={"equalisation": Equalisation.NONE}), trained.network)
    assert logits == pytest.approx(already.logits(trained.prepared(validation.images)), abs=1e-5)
