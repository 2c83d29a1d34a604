"""Fits the labels' head of a trained network again, to features that SMOTE has balanced; all else stays."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mien_training.balance import Balance, synthetic
from mien_training.model import CLASS_COUNT

PENALTY = 1e-4  # on the squares of the weights: separable emotions would otherwise draw them to infinity
STEPS = 100


def refit_labels_head(heads: nn.Linear, features: Tensor, labels: Tensor, seed: int) -> None:
    """Put a multinomial logistic regression of balanced features in the place of the labels' head.

    Blends of features cost seconds where blends of pictures cost minutes, and look like faces to what judges them.

    Args:
        heads: a network's, of labels and of votes, features -> [N, 2 * 7]; changed in place.
        features: of the training part, float32 [N, D].
        labels: theirs, int64 [N].
        seed: the same one gives the same head.

    Raises:
        TrainingError: an emotion has too few faces to blend.
    """
    blends, blend_labels = synthetic(features.cpu().numpy(), labels.cpu().numpy(), Balance.SMOTE_FEATURES, seed)
    inputs = torch.cat([features, torch.from_numpy(np.asarray(blends)).to(features)])
    targets = torch.cat([labels, torch.from_numpy(np.asarray(blend_labels)).to(labels)])
    weight, bias = _logistic_regression(inputs, targets, heads.weight[:CLASS_COUNT], heads.bias[:CLASS_COUNT])
    with torch.no_grad():
        heads.weight[:CLASS_COUNT] = weight
        heads.bias[:CLASS_COUNT] = bias


def _logistic_regression(inputs: Tensor, targets: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weight [7, D] and bias [7] that fit best, found from those given."""
    weight, bias = (start.detach().clone().requires_grad_() for start in (weight, bias))
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimizer.zero_grad()
        value = functional.cross_entropy(functional.linear(inputs, weight, bias), targets)
        value = value + PENALTY * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value.item()

    with torch.enable_grad():
        optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
