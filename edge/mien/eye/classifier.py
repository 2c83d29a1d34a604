"""Reads the expression on a face with the shipped ONNX model, which carries its own preprocessing and card."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.errors import ModelError
from mien.eye.card import CARD_KEY, INPUT_NAME, OUTPUT_NAME, ModelCard, parse_card, verify_hash
from mien.eye.crop import aligned_crop, as_seen_by_model
from mien.types import EMOTIONS, Expression, Face, Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shipped_model() -> Path:
    """Return where the model that comes with mien lies."""
    return Path(str(resources.files("mien").joinpath("models/expression.onnx")))


class OnnxClassifier:
    """The expression model in ONNX Runtime, on the CPU.

    Args:
        model: the ONNX file; its hash stands beside it.
        threads: threads of one inference; waiting threads sleep, since spinning costs half a core.

    Raises:
        ModelError: the file is missing or changed, or its card, input or output does not fit.
    """

    def __init__(self, model: Path, threads: int) -> None:
        verify_hash(model)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False  # one small picture at a time: the arena only holds memory back
        options.enable_mem_pattern = False  # so does planning ahead
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # boundary: ONNX Runtime's exceptions have no common public base
            raise ModelError(f"The model {model} cannot be loaded ({error}); install mien again.") from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        if CARD_KEY not in metadata:
            raise ModelError(f"The model {model} has no card; export it with `python -m mien_export`.")
        self.card: ModelCard = parse_card(metadata[CARD_KEY])
        self._check_shapes(model)

    @property
    def provider(self) -> str:
        """What ONNX Runtime really computes with: "CPUExecutionProvider"."""
        return str(self._session.get_providers()[0])

    def _check_shapes(self, model: Path) -> None:
        side = self.card.input_size
        inputs = [(part.name, part.type, part.shape[1:]) for part in self._session.get_inputs()]
        outputs = [(part.name, part.type, part.shape[1:]) for part in self._session.get_outputs()]
        expected_inputs = [(INPUT_NAME, "tensor(uint8)", [1, side, side])]
        expected_outputs = [(OUTPUT_NAME, "tensor(float)", [len(EMOTIONS)])]
        if inputs != expected_inputs or outputs != expected_outputs:
            raise ModelError(
                f"The model {model} takes {inputs} and gives {outputs}, but its card promises {expected_inputs} and "
                f"{expected_outputs}; export it again."
            )

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        """Return the face, cut as the card's crop rule says, background and all: uint8 [S, S]."""
        return aligned_crop(frame, face, self.card.crop_rule, self.card.input_size)

    def classify(self, crop: NDArray[np.uint8]) -> Expression:
        """Return the probabilities of the seven emotions."""
        seen = as_seen_by_model(crop, self.card.crop_rule, self.card.equalisation)
        (rows,) = self._session.run([OUTPUT_NAME], {INPUT_NAME: seen[np.newaxis, np.newaxis]})
        probabilities = np.clip(np.asarray(rows, np.float64)[0], 0.0, 1.0)
        return Expression(tuple((probabilities / probabilities.sum()).tolist()))
