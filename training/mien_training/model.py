"""The expression network: a residual network for small grey faces, in one file.

The basic-block residual network of He et al. 2016 (arXiv 1512.03385), with a stem for 48-pixel pictures: one 3x3
convolution and no pooling, since a 7x7 stem with pooling leaves too little of a small face. Squeeze-and-excitation and
attention pooling are options.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

CLASS_COUNT = 7
HEADS = 2  # the original labels, the votes


class SqueezeExcitation(nn.Module):
    """Weighs channels by what is seen in the whole picture (Hu et al. 2018, arXiv 1709.01507)."""

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)

    def forward(self, features: Tensor) -> Tensor:
        """Return features [N, C, H, W], weighed."""
        weights = self.excite(functional.relu(self.squeeze(features.mean(dim=(2, 3)))))
        return torch.mul(features, torch.sigmoid(weights)[:, :, None, None])


class AttentionPool(nn.Module):
    """Pools [N, C, H, W] -> [N, C] with weights that are learned from each place; it starts as the mean."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(channels, 1, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Return pooled features."""
        weights: Tensor = self.score(features).flatten(2).softmax(dim=2)
        return (features.flatten(2) * weights).sum(dim=2)


class MeanPool(nn.Module):
    """Pools [N, C, H, W] -> [N, C]."""

    def forward(self, features: Tensor) -> Tensor:
        """Return pooled features."""
        return torch.mean(features, dim=(2, 3))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut: [N, in, H, W] -> [N, out, H / stride, W / stride]."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, *, squeeze_excitation: bool = False) -> None:
        super().__init__()
        self.convolution1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.convolution2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.channel_weights: nn.Module = SqueezeExcitation(out_channels) if squeeze_excitation else nn.Identity()
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, features: Tensor) -> Tensor:
        """Return the block's features."""
        residual = functional.relu(self.norm1(self.convolution1(features)))
        residual = self.channel_weights(self.norm2(self.convolution2(residual)))
        return functional.relu(residual + self.shortcut(features))


def to_unit(faces: Tensor) -> Tensor:
    """Scale faces from uint8 [0, 255] to float32 [-1, 1], as the exported model does."""
    return faces.float() / 127.5 - 1


def standardise(faces: Tensor) -> Tensor:
    """Give each face [N, 1, S, S] mean 0 and deviation 1: a dark and a flat picture then look like any other.

    The floor on the deviation keeps the noise of an empty picture small.
    """
    mean = faces.mean(dim=(2, 3), keepdim=True)
    centred = faces - mean
    deviation = (centred * centred).mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / (deviation + 0.05)


class ExpressionResNet(nn.Module):
    """Grey faces, float32 [N, 1, S, S] scaled to [-1, 1] -> logits [N, 2, 7]: as one person labels, as ten people vote.

    FER2013's labels and FERPlus' votes disagree on a third of the pictures, so each has a head of its own, on features
    that learn from both.

    Args:
        blocks: residual blocks in each stage; each stage after the first halves the picture and doubles the channels.
        width: channels of the first stage.
        stem_stride: 1 keeps the picture's size in the first stage, 2 halves it (about a third of the cost).
        dropout: share of pooled features dropped while training.
        squeeze_excitation: weigh the channels in each block.
        attention_pooling: pool by learned weights of the places rather than by their mean.
    """

    def __init__(
        self,
        blocks: Sequence[int] = (1, 2, 2, 2),
        width: int = 32,
        stem_stride: int = 2,
        dropout: float = 0.2,
        *,
        squeeze_excitation: bool = False,
        attention_pooling: bool = False,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, width, 3, stem_stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        stages: list[nn.Module] = []
        channels = width
        for index, count in enumerate(blocks):
            out_channels = width * 2**index
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                stages.append(BasicBlock(channels, out_channels, stride, squeeze_excitation=squeeze_excitation))
                channels = out_channels
        self.stages = nn.Sequential(*stages)
        self.pool: nn.Module = AttentionPool(channels) if attention_pooling else MeanPool()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, HEADS * CLASS_COUNT)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, BasicBlock):
                nn.init.zeros_(module.norm2.weight)  # each block starts as its shortcut: easier first epochs
        if isinstance(self.pool, AttentionPool):
            nn.init.zeros_(self.pool.score.weight)

    def features(self, faces: Tensor) -> Tensor:
        """Return pooled features [N, 8 * width] (with four stages)."""
        pooled: Tensor = self.pool(self.stages(self.stem(standardise(faces))))
        return pooled

    def forward(self, faces: Tensor) -> Tensor:
        """Return logits [N, 2, 7]."""
        logits: Tensor = self.head(self.dropout(self.features(faces)))
        return logits.view(-1, HEADS, CLASS_COUNT)
