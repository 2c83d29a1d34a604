"""The tag network, rebuilt from a wheel: a small one made here, and the shipped one."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.music.hearing.mel import BANDS, FRAMES
from mien.music.hearing.tag_network import FEATURES_NAME, INPUT_NAME, TAGS_NAME, TagNetwork
from mien_export.errors import ExportError
from mien_export.tag_network import rebuild
from mien_export.tensorflow_checkpoint import read_checkpoint

if TYPE_CHECKING:
    import torch

Weights = dict[str, NDArray[np.float32]]

KERNELS = [(7, 38, 204), (7, 67, 204), (128, 1, 51), (64, 1, 51), (32, 1, 51), (7, 561, 64), (7, 64, 64), (7, 64, 64)]
CHANNELS = [1, *(kernel[2] for kernel in KERNELS), 1506, 200]
NAMES = [f"tag {number}" for number in range(50)]


def random_weights() -> Weights:
    draw = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {"dense/kernel": (1506, 200), "dense/bias": (200,)}
    shapes |= {"dense_1/kernel": (200, 50), "dense_1/bias": (50,)}
    for number, (frames, bands, channels) in enumerate(KERNELS):
        layer = f"conv2d_{number}" if number else "conv2d"
        shapes |= {f"{layer}/kernel": (frames, bands, 1, channels), f"{layer}/bias": (channels,)}
    weights = {name: draw.normal(0, 0.5 / np.sqrt(np.prod(shape[:-1])), shape) for name, shape in shapes.items()}
    for number, size in enumerate(CHANNELS):
        layer = f"batch_normalization_{number}" if number else "batch_normalization"
        for part in ("gamma", "beta", "moving_mean"):
            weights[f"{layer}/{part}"] = draw.normal(0, 1, size)
        weights[f"{layer}/moving_variance"] = draw.uniform(0.5, 2, size)
    return {name: values.astype(np.float32) for name, values in weights.items()}


def varint(number: int) -> bytes:
    out = b""
    while number >= 0x80:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(entries: dict[bytes, bytes]) -> bytes:
    """A LevelDB block whose keys share what they can with the one before."""
    out, last = b"", b""
    for key, value in sorted(entries.items()):
        shared = next((at for at, pair in enumerate(zip(key, last, strict=False)) if len({*pair}) > 1), 0)
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def checkpoint(weights: Weights) -> tuple[bytes, bytes]:
    """Write weights as TensorFlow does: the index and the data."""
    data, entries = b"", {b"": field(1, 1), b"step": field(1, 9) + field(4, 0) + field(5, 8)}
    for name, values in weights.items():
        shape = b"".join(field(2, field(1, size)) for size in values.shape)
        place = field(4, len(data)) + field(5, values.nbytes) + varint(6 << 3 | 5) + bytes(4)
        entries[name.encode()] = field(1, 1) + field(2, shape) + place
        data += values.astype("<f4").tobytes()
    first, trailer = block(entries), bytes(5)
    second = block({b"z": varint(0) + varint(len(first))})
    handles = varint(0) + varint(0) + varint(len(first) + 5) + varint(len(second))
    return first + trailer + second + trailer + handles.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57), data


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights()


@pytest.fixture(scope="module")
def wheel(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wheel") / "musicnn-0.1.0-py3-none-any.whl"
    index, data = checkpoint(weights)
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("musicnn/configuration.py", f"SR = 16000\nMSD_LABELS = {NAMES!r}\n")
        parts.writestr("musicnn/MSD_musicnn/.index", index)
        parts.writestr("musicnn/MSD_musicnn/.data-00000-of-00001", data)
    return path


def test_a_checkpoint_is_read_back(weights: Weights) -> None:
    found = read_checkpoint(*checkpoint(weights))
    assert found.keys() == weights.keys()
    for name, values in weights.items():
        np.testing.assert_array_equal(found[name], values)


class Original:
    """MusiCNN written down once more with torch, layer by layer as its authors' code has it."""

    def __init__(self, weights: Weights) -> None:
        import torch

        self.weights = {name: torch.from_numpy(values) for name, values in weights.items()}

    def run(self, patches: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        import torch
        from torch.nn import functional as f

        image = self._normalised(torch.from_numpy(patches)[:, np.newaxis], 0)
        front = []
        for number in range(5):
            frames = KERNELS[number][0]
            padded = f.pad(image, (0, 0, (frames - 1) // 2, frames // 2))
            front.append(self._convolved(padded, number).amax(dim=3))
        layers = [torch.cat(front, dim=1)]
        for number in (5, 6, 7):
            padded = f.pad(layers[-1].transpose(1, 2)[:, np.newaxis], (0, 0, 3, 3))
            heard = self._convolved(padded, number)[..., 0]
            layers.append(heard + layers[-1] if number > 5 else heard)
        middle = torch.cat(layers, dim=1)
        pooled = torch.stack([middle.amax(dim=2), middle.mean(dim=2)], dim=2).flatten(1)
        hidden = f.relu(self._normalised(pooled, 9) @ self.weights["dense/kernel"] + self.weights["dense/bias"])
        features = self._normalised(hidden, 10)
        tags = torch.sigmoid(features @ self.weights["dense_1/kernel"] + self.weights["dense_1/bias"])
        return tags.numpy(), features.numpy()

    def _convolved(self, image: torch.Tensor, number: int) -> torch.Tensor:
        from torch.nn import functional as f

        layer = f"conv2d_{number}" if number else "conv2d"
        kernel = self.weights[f"{layer}/kernel"].permute(3, 2, 0, 1)
        return self._normalised(f.relu(f.conv2d(image, kernel, self.weights[f"{layer}/bias"])), number + 1)

    def _normalised(self, values: torch.Tensor, number: int) -> torch.Tensor:
        from torch.nn import functional as f

        layer = f"batch_normalization_{number}" if number else "batch_normalization"
        mean, variance, gamma, beta = (
            self.weights[f"{layer}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        return f.batch_norm(values, mean, variance, gamma, beta, eps=1e-3)


def test_the_rebuilt_network_says_what_the_original_says(weights: Weights, wheel: Path, tmp_path: Path) -> None:
    import onnx
    import onnxruntime

    path = tmp_path / "tags.onnx"
    onnx.save(rebuild(wheel), path)
    patches = np.random.default_rng(3).uniform(0, 4, (2, FRAMES, BANDS)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run([TAGS_NAME, FEATURES_NAME], {INPUT_NAME: patches})
    for values, expected in zip(found, Original(weights).run(patches), strict=True):
        np.testing.assert_allclose(values, expected, atol=1e-4, rtol=1e-4)
        assert np.abs(values[0] - values[1]).max() > 1e-3
    assert TagNetwork(path).names == tuple(NAMES)


def test_what_is_not_the_wheel_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.whl"
    text.write_text("no wheel")
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("other/__init__.py", "")
    for path in (text, other, tmp_path / "missing.whl"):
        with pytest.raises(ExportError, match=r"is not the wheel of musicnn 0\.1\.0"):
            rebuild(path)
    with pytest.raises(ExportError, match="no TensorFlow index"):
        read_checkpoint(b"text" * 20, b"")
