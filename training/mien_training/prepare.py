"""Prepares pictures for a network as the device prepares a camera's face for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.eye.crop import equalised
from mien_training.crop_rule import FER2013_CROP
from mien_training.settings import TrainSettings


def prepared(images: NDArray[np.uint8], settings: TrainSettings) -> NDArray[np.uint8]:
    """Return faces uint8 [N, S, S] as a run with these settings learns from and judges them.

    They are equalised by the part that the device will see; the background, which the device hides, stays.
    """
    return np.stack([equalised(image, FER2013_CROP, settings.equalisation) for image in images])
