import pytest
import torch

from mien_training.augment import augment, mix


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


def test_at_no_strength_faces_are_only_mirrored() -> None:
    changed = augment(faces(50), torch.Generator().manual_seed(3), strength=0.0)
    plain = faces(50)
    for one, as_is, turned in zip(changed, plain, plain.flip(3), strict=True):
        assert min((one - as_is).abs().max(), (one - turned).abs().max()) < 1e-3


def test_copies_can_be_smaller() -> None:
    changed = augment(faces(4), torch.Generator().manual_seed(4), strength=0.0, side=32)
    assert changed.shape == (4, 1, 32, 32)
    assert changed.mean().item() == pytest.approx(faces(4).mean().item(), abs=0.02)


def test_faces_and_targets_are_mixed_alike_and_no_more_than_asked() -> None:
    values = torch.arange(50.0)
    mixed, targets = mix(values.view(-1, 1, 1, 1), torch.eye(50), torch.Generator().manual_seed(5), 0.4)
    assert torch.allclose(targets.sum(1), torch.ones(50))
    assert torch.allclose(targets @ values, mixed.flatten(), atol=1e-4)
    assert targets.diagonal().min() >= 0.6
    assert targets.diagonal().min() < 0.7
