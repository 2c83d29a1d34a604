"""fp16: weights stored as halves; ONNX Runtime makes floats of them when it loads the file, and computes with those.

A graph that computes in halves is no gain: ONNX Runtime has no such convolution for x86-64 nor for most boards, and
computes it in floats too, in the same time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np


def store_as_half(source: Path, target: Path) -> None:
    """Write a copy of an fp32 ONNX model with its weight matrices and kernels as float16.

    Biases, as all that is no longer than a row, stay: they take no room, and rounding them moves every answer.
    """
    import onnx

    model = onnx.load(source)
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        name, half = tensor.name, f"{tensor.name}_half"
        values = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, half))
        casts.append(onnx.helper.make_node("Cast", [half], [name], name=f"{name}_float", to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, target)
