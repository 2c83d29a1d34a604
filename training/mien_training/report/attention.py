"""Where the network looks: how much its answer changes with each pixel, averaged over all pictures of an emotion."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mien.types import EMOTIONS
from mien_training.data import FaceSet
from mien_training.model import ExpressionResNet, to_unit
from mien_training.report.drawing import NAMES, Plot, say_too_few
from mien_training.report.faces import class_counts, class_means
from mien_training.trained import TrainedRun

_BATCH = 128
_SMOOTH_PIXELS = 1.0  # strides leave a chequered pattern in gradients


def sensitivity(network: ExpressionResNet, faces: FaceSet) -> NDArray[np.float32]:
    """Return how strongly each pixel moves the score of each picture's own label, float32 [N, S, S], sum 1 a picture.

    It is the size of the gradient of the label's logit over the mean of all seven, the two heads weighed alike.

    Args:
        network: in evaluation mode.
        faces: as the network takes them.
    """
    starts = range(0, len(faces), _BATCH)
    batches = [faces.take(np.arange(start, min(start + _BATCH, len(faces)))) for start in starts]
    return np.concatenate([_sensitivity(network, batch) for batch in batches])


def _sensitivity(network: ExpressionResNet, faces: FaceSet) -> NDArray[np.float32]:
    inputs = to_unit(torch.from_numpy(np.ascontiguousarray(faces.images)).unsqueeze(1)).requires_grad_()
    logits = network(inputs).mean(dim=1)
    own = logits.gather(1, torch.from_numpy(faces.labels).unsqueeze(1))
    (slopes,) = torch.autograd.grad((own - logits.mean(dim=1, keepdim=True)).sum(), inputs)
    sizes = slopes[:, 0].abs()
    total = sizes.sum(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    shares: NDArray[np.float32] = (sizes / total).numpy()
    return shares


def attention_plot(run: TrainedRun, validation: FaceSet, means: dict[int, NDArray[np.float64]]) -> Plot:
    """Draw the mean sensitivity of each emotion over its mean face.

    Args:
        run: the trained run.
        validation: pictures that it was not trained on, as they were read.
        means: the mean face of each emotion.
    """
    seen = FaceSet(run.prepared(validation.images), validation.labels, None)
    maps = class_means(sensitivity(run.network, seen), seen.labels)
    counts = class_counts(validation.labels)

    def paint(figure: Figure) -> None:
        for place, axes in enumerate(figure.subplots(1, len(EMOTIONS))):
            axes.set(xticks=[], yticks=[], title=f"{NAMES[place]}\n{counts[place]}")
            axes.spines[:].set_visible(False)
            if place in maps and place in means:
                axes.imshow(means[place], cmap="gray")
                axes.imshow(cv2.GaussianBlur(maps[place], (0, 0), _SMOOTH_PIXELS), cmap="inferno", alpha=0.6)
            else:
                say_too_few(axes, counts[place])

    return Plot(
        "attention",
        "Where it looks",
        "The mean face of each emotion under the average of all its validation pictures (their number stands above): "
        "bright is where a change of light would change the network's score for the emotion most.",
        paint,
        height_inches=2.2,
    )
