"""Portraits seen again and again, as a camera does: the eye's answers to one neutral and one smiling picture a person.

What is learned from and what is measured are other pictures of the same portrait: all that is measured is mirrored, and
light, size, turn, noise and focus are drawn anew. That is less than a face differs from one day to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.app.parts import build_judge
from mien.config import Settings
from mien.eye.judge import FaceJudge
from mien.eye.photo import read_photo
from mien.setting_layers import default_values
from mien.types import Expression, Frame
from mien_training.errors import TrainingError

PICTURES = 8
_SEED = 1

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sitter:
    """One person: what the model says of pictures of their face at rest to learn from, and at rest and smiling."""

    name: str
    learned_from: tuple[Expression, ...]
    smiles_before: tuple[Expression, ...]
    at_rest: tuple[Expression, ...]
    smiling: tuple[Expression, ...]


def read_sitters(folder: Path) -> list[Sitter]:
    """Have the eye judge the portraits of a folder with `neutral/` and `smiling/`, by the same names.

    Raises:
        TrainingError: there are no such portraits.
    """
    names = sorted(
        path.name for path in (folder / "neutral").glob("*.jpg") if (folder / "smiling" / path.name).is_file()
    )
    if not names:
        raise TrainingError(f"This is not the development data: there are no portraits in {folder}.")
    judge = build_judge(Settings.model_validate(default_values()))
    rng = np.random.default_rng(_SEED)

    def seen(kind: str, name: str, *, mirrored: bool) -> tuple[Expression, ...]:
        return judged_pictures(judge, read_photo(folder / kind / name).image, rng, mirrored=mirrored)

    try:
        return [
            Sitter(
                Path(name).stem,
                seen("neutral", name, mirrored=False),
                seen("smiling", name, mirrored=False),
                seen("neutral", name, mirrored=True),
                seen("smiling", name, mirrored=True),
            )
            for name in names
        ]
    finally:
        judge.close()


def judged_pictures(
    judge: FaceJudge, portrait: Image, rng: np.random.Generator, *, mirrored: bool
) -> tuple[Expression, ...]:
    """Return what the eye says of `PICTURES` pictures of a portrait; those that cannot be judged are left out."""
    image = np.ascontiguousarray(portrait[:, ::-1]) if mirrored else portrait
    largest = (judge.observe(Frame(_pictured(image, rng), 0.0)).largest for _ in range(PICTURES))
    return tuple(one.expression for one in largest if one is not None and one.expression is not None)


def _pictured(image: Image, rng: np.random.Generator) -> Image:
    """Return the portrait as another camera, place and lamp would show it."""
    height, width = image.shape[:2]
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), 1.0)
    moved = cv2.warpAffine(image, turned, (width, height), borderMode=cv2.BORDER_REPLICATE)
    share = rng.uniform(0.25, 0.7)
    small = cv2.resize(moved, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.1, 1.5)).astype(np.float64)
    slope = rng.normal(0, 0.25)
    lamp = np.exp(rng.normal(0, 0.3)) * np.linspace(1 - slope, 1 + slope, soft.shape[1])
    noisy = soft * lamp[np.newaxis, :, np.newaxis] + rng.normal(0, rng.uniform(2, 8), soft.shape)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)
