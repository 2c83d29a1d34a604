"""The expression network: a residual network for small grey faces, in one file.

The basic-block residual network of He et al. 2016 (arXiv 1512.03385), with a stem for 48-pixel pictures: one 3x3
convolution and no pooling, since a 7x7 stem with pooling leaves too little of a small face.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

CLASS_COUNT = 7


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut: [N, in, H, W] -> [N, out, H / stride, W / stride]."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.convolution1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.convolution2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, features: Tensor) -> Tensor:
        """Return the block's features."""
        residual = functional.relu(self.norm1(self.convolution1(features)))
        residual = self.norm2(self.convolution2(residual))
        return functional.relu(residual + self.shortcut(features))


def standardise(faces: Tensor) -> Tensor:
    """Give each face [N, 1, S, S] mean 0 and deviation 1: a dark and a flat picture then look like any other.

    The floor on the deviation keeps the noise of an empty picture small.
    """
    mean = faces.mean(dim=(2, 3), keepdim=True)
    centred = faces - mean
    deviation = (centred * centred).mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / (deviation + 0.05)


class ExpressionResNet(nn.Module):
    """Grey faces, float32 [N, 1, S, S] scaled to [-1, 1] -> logits [N, 7].

    Args:
        blocks: residual blocks in each stage; each stage after the first halves the picture and doubles the channels.
        width: channels of the first stage.
        stem_stride: 1 keeps the picture's size in the first stage, 2 halves it (about a third of the cost).
        dropout: share of pooled features dropped while training.
    """

    def __init__(
        self, blocks: Sequence[int] = (1, 2, 2, 2), width: int = 32, stem_stride: int = 2, dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, width, 3, stem_stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        stages: list[nn.Module] = []
        channels = width
        for index, count in enumerate(blocks):
            out_channels = width * 2**index
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                stages.append(BasicBlock(channels, out_channels, stride))
                channels = out_channels
        self.stages = nn.Sequential(*stages)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, CLASS_COUNT)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, BasicBlock):
                nn.init.zeros_(module.norm2.weight)  # each block starts as its shortcut: easier first epochs

    def forward(self, faces: Tensor) -> Tensor:
        """Return logits [N, 7]."""
        features = self.stages(self.stem(standardise(faces)))  # [N, 8 * width, S / 16, S / 16] with the default stem
        pooled = features.mean(dim=(2, 3))
        logits: Tensor = self.head(self.dropout(pooled))
        return logits
