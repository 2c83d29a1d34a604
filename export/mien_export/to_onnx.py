"""The trained network as one ONNX graph that takes a grey crop as it is and gives probabilities."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from mien.eye.card import INPUT_NAME, OUTPUT_NAME
from mien_export.answer import Answer
from mien_training.model import ExpressionResNet, to_unit


class Judge(nn.Module):
    """Faces uint8 [N, 1, S, S] -> probabilities float32 [N, 7]: scaling, network, merged head and softmax in one."""

    def __init__(self, network: ExpressionResNet, answer: Answer) -> None:
        super().__init__()
        self.network = network
        self.head = network.merged_head(answer.label_share)
        self.temperature = answer.temperature

    def forward(self, face: Tensor) -> Tensor:
        """Return probabilities, rows sum to 1."""
        return torch.softmax(self.head(self.network.features(to_unit(face))) / self.temperature, dim=1)


def export_network(network: ExpressionResNet, answer: Answer, side: int, path: Path) -> None:
    """Write the network with its scaling, temperature and softmax as ONNX; the number of faces is left open.

    Args:
        network: in evaluation mode.
        answer: how one answer is made of the heads' logits.
        side: S, the crop's side in pixels.
        path: the ONNX file to write.
    """
    example = torch.zeros(2, 1, side, side, dtype=torch.uint8)
    faces = torch.export.Dim("faces", min=1, max=64)
    with _without_torchs_own_warnings():
        torch.onnx.export(
            Judge(network, answer).eval(), (example,), path,
            dynamo=True, external_data=False, dynamic_shapes={"face": {0: faces}},
            input_names=[INPUT_NAME], output_names=[OUTPUT_NAME], verbose=False,
        )  # fmt: skip


@contextlib.contextmanager
def _without_torchs_own_warnings() -> Iterator[None]:
    """The exporter warns of deprecated calls inside torch, and that torchvision, which is not used, is missing."""
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)
