"""Changes to a face that leave its expression as it is: turns, light, a cheap camera. A whole batch at a time."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

ROTATION_DEGREES = 15.0
SCALE_CHANGE = 0.15
SHIFT_SHARE = 0.08
BRIGHTNESS = 0.25
CONTRAST = 0.35
BLUR_SHARE = 0.15
NOISE = 0.04
ERASE_SHARE = 0.35
ERASE_SIDE_SHARE = (0.15, 0.35)


class Uniform(Protocol):
    """Draws from [low, high): one number a face, or of the given shape."""

    def __call__(self, low: float, high: float, *shape: int) -> Tensor:
        """Return the draws."""
        ...


def augment(faces: Tensor, generator: torch.Generator, strength: float = 1.0, side: int | None = None) -> Tensor:
    """Return changed copies of faces; the same generator state gives the same result.

    Args:
        faces: [N, 1, S, S] in [-1, 1].
        side: of the copies in pixels, S without it: [N, 1, side, side].
        generator: on the CPU, so that a run on a GPU draws the same numbers as one without.
        strength: all changes but the mirror shrink or grow rarer with it.
    """

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        draws = torch.rand(*(shape or (len(faces),)), generator=generator) * (high - low) + low
        return draws.to(faces.device)

    faces = _move(faces, uniform, strength, side or faces.shape[-1])
    gain = (1 + strength * uniform(-CONTRAST, CONTRAST)).view(-1, 1, 1, 1)
    offset = strength * uniform(-BRIGHTNESS, BRIGHTNESS).view(-1, 1, 1, 1)
    means = faces.mean(dim=(2, 3), keepdim=True)
    faces = (faces - means) * gain + means + offset
    faces = _soften(faces, uniform, strength)
    faces = faces + strength * NOISE * uniform(0, 1).view(-1, 1, 1, 1) * uniform(-1.7, 1.7, *faces.shape)
    return _erase(faces, uniform, strength).clamp(-1, 1)


def mix(faces: Tensor, targets: Tensor, generator: torch.Generator, most: float) -> tuple[Tensor, Tensor]:
    """Lay another face of the batch over each, and its target likewise (mixup, Zhang et al. 2018, arXiv 1710.09412).

    Args:
        faces: [N, 1, S, S].
        targets: [N, ...] distributions.
        generator: on the CPU.
        most: the other face's share is drawn evenly from 0 to this.
    """
    others = torch.randperm(len(faces), generator=generator).to(faces.device)
    shares = (most * torch.rand(len(faces), generator=generator)).to(faces.device)
    mixed_faces = torch.lerp(faces, faces[others], shares.view(-1, 1, 1, 1))
    return mixed_faces, torch.lerp(targets, targets[others], shares.view(-1, *[1] * (targets.ndim - 1)))


def _move(faces: Tensor, uniform: Uniform, strength: float, side: int) -> Tensor:
    angle = strength * uniform(-1, 1) * math.radians(ROTATION_DEGREES)
    scale = 1 + strength * uniform(-SCALE_CHANGE, SCALE_CHANGE)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    shift = 2 * SHIFT_SHARE * strength  # the grid is two units wide
    shift_x, shift_y = uniform(-shift, shift), uniform(-shift, shift)
    matrix = torch.stack(
        [torch.stack([cosine * mirror, -sine, shift_x], 1), torch.stack([sine * mirror, cosine, shift_y], 1)], 1
    )
    grid = functional.affine_grid(matrix, [len(faces), 1, side, side], align_corners=False)
    return functional.grid_sample(faces, grid, padding_mode="border", align_corners=False)


def _soften(faces: Tensor, uniform: Uniform, strength: float) -> Tensor:
    """Shrink and enlarge some faces, as a small or blurred face in a camera picture looks."""
    side = faces.shape[-1]
    small_side = int(uniform(side * 0.45, side * 0.9, 1).item())
    small = functional.interpolate(faces, size=(small_side, small_side), mode="bilinear", antialias=True)
    soft = functional.interpolate(small, size=(side, side), mode="bilinear")
    return torch.where((uniform(0, 1) < BLUR_SHARE * strength).view(-1, 1, 1, 1), soft, faces)


def _erase(faces: Tensor, uniform: Uniform, strength: float) -> Tensor:
    """Cover a rectangle of some faces (random erasing, Zhong et al. 2017, arXiv 1708.04896), as a hand does."""
    side = faces.shape[-1]
    low, high = ERASE_SIDE_SHARE
    height, width = uniform(low * side, high * side).view(-1, 1), uniform(low * side, high * side).view(-1, 1)
    top, left = uniform(-0.1 * side, 0.9 * side).view(-1, 1), uniform(-0.1 * side, 0.9 * side).view(-1, 1)
    places = torch.arange(side, device=faces.device).view(1, -1)
    rows = (places >= top) & (places < top + height) & (uniform(0, 1) < ERASE_SHARE * strength).view(-1, 1)
    columns = (places >= left) & (places < left + width)
    covered = (rows.unsqueeze(2) & columns.unsqueeze(1)).unsqueeze(1)
    return torch.where(covered, uniform(-1, 1).view(-1, 1, 1, 1), faces)
