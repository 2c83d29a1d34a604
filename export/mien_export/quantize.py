"""Static int8: weights a channel, activations calibrated on Training pictures, written as QDQ."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import INPUT_NAME

QUANTIZED_NODES = ["Conv", "Gemm", "Add", "Relu"]
_BATCH = 32


class Activation(StrEnum):
    """How activations are stored; weights are always signed.

    Which is faster depends on the processor; the numbers differ by rounding alone.
    """

    UNSIGNED = "U8S8"
    SIGNED = "S8S8"


def quantize(source: Path, target: Path, images: NDArray[np.uint8], activation: Activation) -> None:
    """Write an int8 copy of an fp32 ONNX model.

    Args:
        source: the fp32 model; a simplified copy is written beside `target` and removed.
        target: the int8 model to write.
        images: calibration faces uint8 [N, S, S], none of them from a part that anything is measured on.
        activation: how activations are stored.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    simplified = target.with_suffix(".simplified.onnx")
    quant_pre_process(str(source), str(simplified), skip_symbolic_shape=True)
    quantize_static(
        str(simplified),
        str(target),
        _calibration(images),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=QUANTIZED_NODES,
        nodes_to_exclude=_left_in_float(simplified),
        per_channel=True,
        activation_type=QuantType.QUInt8 if activation is Activation.UNSIGNED else QuantType.QInt8,
        weight_type=QuantType.QInt8,
    )
    simplified.unlink()


def _left_in_float(model: Path) -> list[str]:
    """Name the nodes before the first convolution and those that lead to none: cheap to compute, and dear to round."""
    import onnx

    nodes = onnx.load(model).graph.node
    first = next(place for place, node in enumerate(nodes) if node.op_type == "Conv")
    left, before_convolutions = [node.name for node in nodes[:first]], set[str]()
    for node in reversed(nodes[first:]):
        if node.op_type == "Conv" or before_convolutions.intersection(node.output):
            before_convolutions.update(node.input)
        else:
            left.append(node.name)
    return left


def _calibration(images: NDArray[np.uint8]) -> object:
    """Return what the quantiser reads: an object with `get_next() -> {input name: batch} | None`."""
    from onnxruntime.quantization import CalibrationDataReader

    class Faces(CalibrationDataReader):  # type: ignore[misc]  # its base is known only once onnxruntime is imported
        def __init__(self) -> None:
            self._batches = iter(images[start : start + _BATCH, np.newaxis] for start in range(0, len(images), _BATCH))

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            batch = next(self._batches, None)
            return None if batch is None else {INPUT_NAME: batch}

    return Faces()
