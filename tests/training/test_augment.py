import numpy as np
import pytest
import torch

from mien.eye.card import CropRule
from mien.eye.crop import aligned_crop
from mien.types import Box, Face, Frame, Point
from mien_training.augment import FACE_ELLIPSE, augment, hide_background


def faces(count: int = 64) -> torch.Tensor:
    places = torch.linspace(-1, 1, 48)
    return (0.5 * places.view(1, 1, 1, -1) + 0.3 * places.view(1, 1, -1, 1)).repeat(count, 1, 1, 1)


def test_faces_stay_faces_in_shape_and_range_and_each_differs() -> None:
    changed = augment(faces(), torch.Generator().manual_seed(1))
    assert changed.shape == (64, 1, 48, 48)
    assert changed.min() >= -1
    assert changed.max() <= 1
    assert len({tuple(face.flatten()[:50].tolist()) for face in changed}) == 64


def test_the_same_generator_gives_the_same_changes() -> None:
    one = augment(faces(), torch.Generator().manual_seed(7))
    other = augment(faces(), torch.Generator().manual_seed(7))
    assert torch.equal(one, other)


def test_about_half_are_mirrored_and_none_upside_down() -> None:
    changed = augment(faces(400), torch.Generator().manual_seed(2))
    rightward = (changed[..., 24:].mean(dim=(1, 2, 3)) > changed[..., :24].mean(dim=(1, 2, 3))).float().mean().item()
    downward = (changed[:, :, 24:].mean(dim=(1, 2, 3)) > changed[:, :, :24].mean(dim=(1, 2, 3))).float().mean().item()
    assert rightward == pytest.approx(0.5, abs=0.1)
    assert downward > 0.9


def test_the_background_is_hidden_as_the_device_hides_it() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 48), np.uint8)
    # A face whose eyes lie at the rule's places already, so that the device's crop moves nothing.
    rule = CropRule(eye_line=0.4, eye_distance=0.38, ellipse=FACE_ELLIPSE)
    eye_y, half = 0.4 * 48 - 0.5, 0.19 * 48
    face = Face(Box(10, 10, 38, 38), Point(23.5 - half, eye_y), Point(23.5 + half, eye_y), 0.9)
    device = aligned_crop(Frame(np.repeat(noise[:, :, np.newaxis], 3, axis=2), 0.0), face, rule, 48)
    trained = hide_background(torch.from_numpy(noise).float().view(1, 1, 48, 48), torch.ones(1))
    assert np.abs(trained[0, 0].numpy() - device).max() <= 1


def test_at_no_strength_faces_are_only_mirrored_and_their_background_hidden() -> None:
    changed = augment(faces(50), torch.Generator().manual_seed(3), strength=0.0)
    plain = faces(50)
    middle = (slice(None), slice(None), slice(20, 30), slice(20, 28))
    mirrored = plain.flip(3)
    for one, as_is, turned in zip(changed[middle], plain[middle], mirrored[middle], strict=True):
        assert min((one - as_is).abs().max(), (one - turned).abs().max()) < 1e-3
