"""Reads the operations of a TensorFlow Lite file, as far as the face detector needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien_export.errors import ExportError


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor: its name, its shape (channels last), and what it holds where the file says so."""

    name: str
    shape: tuple[int, ...]
    content: NDArray[np.generic] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of the graph. `stride` is 1 where the kind of step has none."""

    kind: str
    inputs: tuple[Value, ...]
    output: Value
    stride: int


def read_operations(file: bytes) -> tuple[Operation, ...]:
    """Return the operations of the file's only graph, in the order in which they are computed.

    Raises:
        ExportError: an operation has options that are not known here.
    """
    import tflite

    model = tflite.Model.GetRootAs(file, 0)
    graph = model.Subgraphs(0)
    values = [_value(model, graph.Tensors(index)) for index in range(graph.TensorsLength())]
    operations = []
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        kind = tflite.opcode2name(model.OperatorCodes(operator.OpcodeIndex()).BuiltinCode())
        inputs = tuple(values[place] for place in operator.InputsAsNumpy())
        operations.append(
            Operation(kind, inputs, values[operator.Outputs(0)], _stride(kind, operator.BuiltinOptions()))
        )
    return tuple(operations)


def _value(model: Any, tensor: Any) -> Value:  # noqa: ANN401 - the reader has no types
    import tflite

    kinds: dict[int, type[np.generic]] = {
        tflite.TensorType.FLOAT32: np.float32,
        tflite.TensorType.FLOAT16: np.float16,
        tflite.TensorType.INT32: np.int32,
    }
    shape = tuple(tensor.ShapeAsNumpy().tolist())
    buffer = model.Buffers(tensor.Buffer())
    content = None if buffer.DataIsNone() else buffer.DataAsNumpy().view(kinds[tensor.Type()]).reshape(shape)
    return Value(tensor.Name().decode(), shape, content)


def _stride(kind: str, table: Any) -> int:  # noqa: ANN401 - the reader has no types
    import tflite

    known = {
        "CONV_2D": tflite.Conv2DOptions,
        "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
        "MAX_POOL_2D": tflite.Pool2DOptions,
    }
    if kind not in known:
        return 1
    options = known[kind]()
    options.Init(table.Bytes, table.Pos)
    stride = int(options.StrideH())
    if options.FusedActivationFunction() != tflite.ActivationFunctionType.NONE or options.StrideW() != stride:
        raise ExportError(f"A step {kind} of the detector has options that this program does not know.")
    return stride
