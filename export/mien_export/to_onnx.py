"""The trained network as one ONNX graph that takes a grey crop as it is and gives probabilities."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from mien.eye.card import INPUT_NAME, OUTPUT_NAME
from mien_export.answer import Answer
from mien_export.team import Team
from mien_training.model import CLASS_COUNT, HEADS, ExpressionResNet, to_unit


class Judge(nn.Module):
    """Faces uint8 [N, 1, S, S] -> probabilities float32 [N, 7]: scaling, networks and what an `Answer` does in one."""

    def __init__(self, networks: Sequence[ExpressionResNet], answer: Answer, *, mirrored: bool) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self.answer = answer
        self.mirrored = mirrored

    def forward(self, face: Tensor) -> Tensor:
        """Return probabilities, rows sum to 1."""
        faces = to_unit(face)
        if self.mirrored:
            faces = torch.cat([faces, faces.flip(3)])
        logits = torch.stack([network(faces) for network in self.networks]).mean(0)
        if self.mirrored:
            logits = logits.view(2, -1, HEADS, CLASS_COUNT).mean(0)
        by_head = torch.softmax(logits, dim=2)
        share = self.answer.label_share
        powers = (share * by_head[:, 0] + (1 - share) * by_head[:, 1]) ** (1 / self.answer.temperature)
        return torch.div(powers, powers.sum(dim=1, keepdim=True))


def export_network(team: Team, answer: Answer, side: int, path: Path) -> None:
    """Write a team of networks with scaling, temperature and softmax as one ONNX; the number of faces is left open.

    Args:
        team: its networks are in evaluation mode.
        answer: how one answer is made of the heads'.
        side: S, the crop's side in pixels.
        path: the ONNX file to write.
    """
    example = torch.zeros(2, 1, side, side, dtype=torch.uint8)
    faces = torch.export.Dim("faces", min=1, max=64)
    judge = Judge([run.network for run in team.runs], answer, mirrored=team.mirrored)
    with _without_torchs_own_warnings():
        torch.onnx.export(
            judge.eval(), (example,), path,
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
