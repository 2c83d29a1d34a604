"""Writes the shipped face detector as the ONNX file that the device runs.

    python -m mien_export.face_detector

The graph and its weights are those of the .tflite file (BlazeFace, short range: V. Bazarevsky et al., BlazeFace:
sub-millisecond neural face detection on mobile GPUs, 2019). Added are the scaling of pixels to [-1, 1] and OpenCV's
order of colours; channels come first, as ONNX has them. The weights are float16 there as here, so nothing is lost.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from mien.eye.blazeface import BOXES_NAME, PICTURE_NAME, SCORES_NAME, SIDE, VALUES, shipped_graph
from mien.eye.faces import shipped_detector
from mien_export.errors import ExportError
from mien_export.face_detector_source import Operation, Value, read_operations

if TYPE_CHECKING:
    import onnx

_SOURCE_SHA256 = "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"
_CARD = {
    "mien.source": f"face_detection_short_range.tflite of the PyPI wheel mediapipe 0.10.21, sha256 {_SOURCE_SHA256}",
    "mien.licence": "Apache-2.0, Copyright The MediaPipe Authors",
}
_RESULTS = {"regressors": (BOXES_NAME, VALUES), "classificators": (SCORES_NAME, 1)}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def convert(source: Path) -> onnx.ModelProto:
    """Return the detector: `picture` uint8 [1, 128, 128, 3] -> `boxes` [896, 16] and `scores` [896, 1], float32.

    Raises:
        ExportError: the file is not the detector that comes with mien.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ExportError(f"{source} cannot be read: {error.strerror}.") from error
    if hashlib.sha256(content).hexdigest() != _SOURCE_SHA256:
        raise ExportError(f"{source} is not the detector that comes with mien; take the file from the repository.")
    return _Graph().model(read_operations(content))


class _Graph:
    """The ONNX graph, step by step as the source has them."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self, operations: tuple[Operation, ...]) -> onnx.ModelProto:
        from onnx import TensorProto, checker, helper

        self._scale("input")
        for operation in operations:
            self._add(operation)
        picture = helper.make_tensor_value_info(PICTURE_NAME, TensorProto.UINT8, [1, SIDE, SIDE, 3])
        results = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [operations[-1].output.shape[1], width])
            for name, width in _RESULTS.values()
        ]
        graph = helper.make_graph(self._nodes, "BlazeFace", [picture], results, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, _CARD)
        checker.check_model(model, full_check=True)
        return model

    def _scale(self, output: str) -> None:
        """Bytes to [-1, 1], channels first. The order of colours is that of the first kernel: see `_kernel`."""
        from onnx import TensorProto

        self._node("Transpose", [PICTURE_NAME], "channels_first", perm=[0, 3, 1, 2])
        self._node("Cast", ["channels_first"], "bytes", to=TensorProto.FLOAT)
        factor = self._constant("factor", np.float32(2 / 255))
        self._node("Mul", ["bytes", factor], "scaled")
        self._node("Sub", ["scaled", self._constant("one", np.float32(1))], output)

    def _add(self, operation: Operation) -> None:
        from onnx import TensorProto

        names, output = [value.name for value in operation.inputs], operation.output
        match operation.kind:
            case "DEQUANTIZE":
                (weights,) = operation.inputs
                self._constant(weights.name, _kernel(weights))
                self._node("Cast", names, output.name, to=TensorProto.FLOAT)
            case "CONV_2D" | "DEPTHWISE_CONV_2D":
                self._convolve(operation)
            case "RELU":
                self._node("Relu", names, output.name)
            case "ADD":
                self._node("Add", names, output.name)
            case "MAX_POOL_2D":
                side = operation.stride
                self._node("MaxPool", names, output.name, kernel_shape=[side, side], strides=[side, side])
            case "PAD":
                more = output.shape[3] - operation.inputs[0].shape[3]  # of the channels
                pads = self._constant(names[1], np.array([0, 0, 0, 0, 0, more, 0, 0], np.int64))
                self._node("Pad", [names[0], pads], output.name)
            case "RESHAPE":
                self._node("Transpose", names[:1], f"{names[0]}_channels_last", perm=[0, 2, 3, 1])
                shape = self._constant(f"{output.name}_shape", np.array(output.shape[1:], np.int64))
                self._node("Reshape", [f"{names[0]}_channels_last", shape], output.name)
            case "CONCATENATION":
                self._node("Concat", names, _RESULTS[output.name][0], axis=0)
            case unknown:
                raise ExportError(f"The detector has a step {unknown} that this program does not know.")

    def _convolve(self, operation: Operation) -> None:
        """Padded by what the output's size needs, and an odd row and column at the end, as TensorFlow does."""
        picture, kernel, _ = operation.inputs
        side, stride = kernel.shape[1], operation.stride
        padding = max(0, (operation.output.shape[1] - 1) * stride + side - picture.shape[1])
        before, after = padding // 2, padding - padding // 2
        self._node(
            "Conv",
            [value.name for value in operation.inputs],
            operation.output.name,
            group=kernel.shape[3] if operation.kind == "DEPTHWISE_CONV_2D" else 1,
            kernel_shape=[side, side],
            pads=[before, before, after, after],
            strides=[stride, stride],
        )

    def _constant(self, name: str, content: NDArray[np.generic] | np.generic) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.asarray(content), name))
        return name

    def _node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> None:  # noqa: ANN401 (as ONNX has it)
        from onnx import helper

        self._nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))


def _kernel(weights: Value) -> NDArray[np.generic]:
    """Return weights in ONNX's order: [out, in, height, width], and blue, green, red for the first kernel."""
    content = weights.content
    if content is None:
        raise ExportError(f"The detector's weights {weights.name} are missing; take the file from the repository.")
    if content.ndim != 4:
        return content
    if content.shape[0] == 1:  # of a convolution of each channel alone: [1, height, width, channel]
        return np.ascontiguousarray(content.transpose(3, 0, 1, 2))
    first = content[..., ::-1] if content.shape[3] == 3 else content
    return np.ascontiguousarray(first.transpose(0, 3, 1, 2))


@app.command()
def export(
    source: Annotated[Path, typer.Argument(help="The .tflite file.")] = shipped_detector(),  # noqa: B008 - a constant path
    out: Annotated[Path, typer.Argument(help="The ONNX file to write.")] = shipped_graph(),  # noqa: B008 - a constant path
) -> None:
    """Write the face detector as the ONNX file that the device runs."""
    import onnx

    onnx.save(convert(source), out)
    typer.echo(f"The face detector was written to {out}.")


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except ExportError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
