"""Runs an exported model as the device does: ONNX Runtime, the processor, one thread that does not spin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import INPUT_NAME, OUTPUT_NAME

_BATCH = 64


class OnnxModel:
    """An ONNX file with the model's contract: `face` uint8 [N, 1, S, S] -> `probabilities` float32 [N, 7]."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge faces uint8 [N, S, S] -> float32 [N, 7]."""
        starts = range(0, len(images), _BATCH)
        return np.concatenate([self._judge(images[start : start + _BATCH, np.newaxis]) for start in starts])

    def _judge(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        probabilities: NDArray[np.float32] = self._session.run([OUTPUT_NAME], {INPUT_NAME: batch})[0]
        return probabilities
