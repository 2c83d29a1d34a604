"""Rebuilds the tag network MSD_musicnn from its wheel as the ONNX file that the device runs.

    pip download --no-deps musicnn==0.1.0
    python -m mien_export.tag_network musicnn-0.1.0-py3-none-any.whl edge/mien/models/music_tags.onnx

The wheel holds the network (J. Pons and X. Serra, musicnn: pre-trained convolutional neural networks for music audio
tagging, ISMIR 2019) as a TensorFlow 1 checkpoint. TensorFlow is not needed.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from mien.music.hearing.mel import BANDS, FRAMES
from mien.music.hearing.tag_network import CARD_KEY, FEATURES, FEATURES_NAME, INPUT_NAME, TAGS, TAGS_NAME
from mien_export.errors import ExportError
from mien_export.tensorflow_checkpoint import read_checkpoint

if TYPE_CHECKING:
    import onnx

Array = NDArray[np.float32]

_CHECKPOINT = "musicnn/MSD_musicnn/"
_SETTINGS = "musicnn/configuration.py"
_EPSILON = 1e-3  # of TensorFlow's batch normalisation
_CARD = {
    "network": "MSD_musicnn of the PyPI wheel musicnn 0.1.0, rebuilt",
    "licence": "ISC, Copyright (c) Music Technology Group, Universitat Pompeu Fabra 2019",
    "input": "log10(10000 x + 1) of 187 frames of 96 mel bands of power: 16 kHz, Hann window of 512, a frame each 256",
}


def rebuild(wheel: Path) -> onnx.ModelProto:
    """Return the network: `patches` float32 [N, 187, 96] -> `tags` [N, 50] in [0, 1], `features` [N, 200].

    Raises:
        ExportError: the file is not the wheel of musicnn 0.1.0.
    """
    try:
        with zipfile.ZipFile(wheel) as parts:
            tags = _tag_names(parts.read(_SETTINGS).decode())
            index, data = parts.read(f"{_CHECKPOINT}.index"), parts.read(f"{_CHECKPOINT}.data-00000-of-00001")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ExportError(f"{wheel} is not the wheel of musicnn 0.1.0 ({error}); download it again.") from error
    return _Network(read_checkpoint(index, data)).model(_CARD | {"tags": tags})


def _tag_names(settings: str) -> list[str]:
    for statement in ast.parse(settings).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "MSD_LABELS":
            names: list[str] = ast.literal_eval(statement.value)
            return names
    raise ExportError(f"{_SETTINGS} in the wheel names no tags; download musicnn 0.1.0.")


class _Network:
    """MusiCNN's graph, layer by layer, in the order of its checkpoint.

    Each convolution is followed by ReLU and then by normalisation, a factor and an offset a channel.
    """

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self, card: dict[str, object]) -> onnx.ModelProto:
        from onnx import TensorProto, checker, helper

        self._tags(self._pooled(self._middle(self._front())))
        values = {INPUT_NAME: [FRAMES, BANDS], TAGS_NAME: [TAGS], FEATURES_NAME: [FEATURES]}
        infos = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape]) for name, shape in values.items()
        ]
        graph = helper.make_graph(self._nodes, "MSD_musicnn", infos[:1], infos[1:], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, {CARD_KEY: json.dumps(card)})
        checker.check_model(model, full_check=True)
        return model

    def _front(self) -> str:
        """Timbres (high kernels) and rhythms (long ones), each the strongest over the bands: [N, 561, 187]."""
        factor, offset = self._normalisation(0)
        image = self._node("Unsqueeze", INPUT_NAME, self._constant(np.array([1])))
        image = self._node("Add", self._node("Mul", image, self._constant(factor)), self._constant(offset))
        return self._node("Concat", *(self._strongest(image, number) for number in range(5)), axis=1)

    def _strongest(self, image: str, number: int) -> str:
        """A convolution and, of each channel, the maximum over the bands of what its normalisation makes of it.

        A negative factor turns the maximum into a minimum; that is the maximum of the negated convolution. So only the
        convolution is computed at every band, the rest once a frame.
        """
        kernel = self._weight("conv2d", number, "kernel")[:, :, 0].transpose(2, 0, 1)[:, np.newaxis]
        factor, offset = self._normalisation(number + 1)
        sign = np.where(factor < 0, -1, 1).astype(np.float32)
        frames, bands = kernel.shape[2:]
        heard = self._node(
            "Conv",
            image,
            self._constant(kernel * sign[:, np.newaxis, np.newaxis, np.newaxis]),
            self._constant(self._weight("conv2d", number, "bias") * sign),
            pads=[(frames - 1) // 2, 0, frames // 2, 0],
        )
        highest = self._node("MaxPool", heard, kernel_shape=[1, BANDS - bands + 1])
        highest = self._node("Squeeze", highest, self._constant(np.array([3])))
        positive = self._node("Relu", self._node("Mul", highest, self._constant(sign[:, np.newaxis])))
        return self._scaled(positive, factor[:, np.newaxis], offset[:, np.newaxis])

    def _middle(self, front: str) -> str:
        """Three convolutions over time, two with a way past them, beside what they were made of: [N, 753, 187]."""
        first = self._over_time(front, 5)
        second = self._node("Add", self._over_time(first, 6), first)
        third = self._node("Add", self._over_time(second, 7), second)
        return self._node("Concat", front, first, second, third, axis=1)

    def _over_time(self, values: str, number: int) -> str:
        kernel = self._constant(self._weight("conv2d", number, "kernel")[:, :, 0].transpose(2, 1, 0))
        bias = self._constant(self._weight("conv2d", number, "bias"))
        factor, offset = self._normalisation(number + 1)
        positive = self._node("Relu", self._node("Conv", values, kernel, bias, pads=[3, 3]))
        return self._scaled(positive, factor[:, np.newaxis], offset[:, np.newaxis])

    def _pooled(self, middle: str) -> str:
        """Maximum and mean over time, [N, 1506], through the hidden layer: `features` [N, 200]."""
        highest, mean = (
            self._node("Flatten", self._node(kind, middle)) for kind in ("GlobalMaxPool", "GlobalAveragePool")
        )
        pooled = self._node("Concat", highest, mean, axis=1)
        factor, offset = self._normalisation(9)
        kernel, bias = self._weight("dense", 0, "kernel"), self._weight("dense", 0, "bias")
        bias, kernel = bias + offset @ kernel, factor[:, np.newaxis] * kernel
        in_turn = np.concatenate([kernel[0::2], kernel[1::2]])  # the checkpoint has a maximum and a mean in turn
        hidden = self._node("Relu", self._node("Gemm", pooled, self._constant(in_turn), self._constant(bias)))
        return self._scaled(hidden, *self._normalisation(10), output=FEATURES_NAME)

    def _tags(self, features: str) -> None:
        kernel, bias = (self._constant(self._weight("dense", 1, part)) for part in ("kernel", "bias"))
        self._node("Sigmoid", self._node("Gemm", features, kernel, bias), output=TAGS_NAME)

    def _scaled(self, values: str, factor: Array, offset: Array, output: str = "") -> str:
        return self._node(
            "Add", self._node("Mul", values, self._constant(factor)), self._constant(offset), output=output
        )

    def _normalisation(self, number: int) -> tuple[Array, Array]:
        """Return the factor and the offset a channel of a batch normalisation that has learned."""
        gamma, beta, mean, variance = (
            self._weight("batch_normalization", number, part)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        factor = gamma / np.sqrt(variance + np.float32(_EPSILON))
        return factor, beta - mean * factor

    def _weight(self, layer: str, number: int, part: str) -> Array:
        return self._weights[f"{layer}_{number}/{part}" if number else f"{layer}/{part}"]

    def _constant(self, values: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:  # noqa: ANN401  (as ONNX has it)
        from onnx import helper

        name = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name


def export(
    wheel: Annotated[Path, typer.Argument(help="musicnn-0.1.0-py3-none-any.whl")],
    out: Annotated[Path, typer.Argument(help="The ONNX file to write.")],
) -> None:
    """Write the tag network of musicnn's wheel as the ONNX file that the device runs."""
    import onnx

    onnx.save(rebuild(wheel), out)
    typer.echo(f"The tag network was written to {out}.")


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        typer.run(export)
    except ExportError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
