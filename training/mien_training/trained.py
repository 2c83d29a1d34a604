"""A finished run, read back: its settings, its network, and the validation part it never trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.model import ExpressionResNet, to_unit
from mien_training.prepare import prepared
from mien_training.run_folder import SETTINGS, WEIGHTS
from mien_training.settings import TrainSettings
from mien_training.split import split_faces

_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class TrainedRun:
    """The network of a run folder, ready to judge, on the CPU."""

    folder: Path
    settings: TrainSettings
    network: ExpressionResNet

    @classmethod
    def load(cls, folder: Path) -> TrainedRun:
        """Read a run folder.

        Raises:
            TrainingError: the folder holds no run, or its weights are torn or of another network.
        """
        path = folder / WEIGHTS
        if not path.is_file():
            raise TrainingError(f"{folder} holds no trained network ({WEIGHTS} is missing); train a run there first.")
        settings = TrainSettings.load(folder / SETTINGS)
        network = ExpressionResNet(**settings.network)
        try:
            network.load_state_dict(load_file(path))
        except (SafetensorError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise TrainingError(f"{path} does not hold the network of {folder / SETTINGS}: {reason}") from error
        return cls(folder, settings, network.eval())

    def split(self, faces: FaceSet) -> tuple[FaceSet, FaceSet]:
        """Split the Training set into (training, validation) as the run did."""
        return split_faces(faces, **self.settings.split)

    def prepared(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return faces uint8 [N, S, S] as the network, and the ONNX file made of it, take them."""
        return prepared(images, self.settings)

    @torch.no_grad()
    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge faces, as they were read, uint8 [N, S, S] -> float32 [N, 2, 7], a row for each head: labels, votes."""
        faces = torch.from_numpy(self.prepared(images)).unsqueeze(1)
        starts = range(0, len(faces), _BATCH)
        return np.concatenate([self.network(to_unit(faces[start : start + _BATCH])).numpy() for start in starts])


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities [..., 7] that sum to 1."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities
