"""Places a sound on the valence-arousal plane with the shipped ONNX model, which carries its own scaling and card."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.errors import ModelError
from mien.music.hearing.affect_card import CARD_KEY, AffectCard, parse_affect_card
from mien.music.hearing.describe import DESCRIPTION_VERSION
from mien.music.hearing.traits import WORDS
from mien.types import Affect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

INPUT_NAME, AFFECT_NAME, SPREAD_NAME = "features", "affect", "spread"


def shipped_affect_model() -> Path:
    """Return where the model that comes with mien lies."""
    return Path(str(resources.files("mien").joinpath("models/music_affect.onnx")))


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the plane and the standard deviations of its two numbers."""

    affect: Affect
    valence_spread: float
    arousal_spread: float


class AffectModel:
    """The valence-arousal model in ONNX Runtime, on one thread of the CPU.

    Args:
        model: the ONNX file.
        features: the names of what it will be given, in their order.

    Raises:
        ModelError: the file is missing or torn, or its card, input or outputs do not fit.
    """

    def __init__(self, model: Path, features: Sequence[str]) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # boundary: ONNX Runtime's exceptions have no common public base
            raise ModelError(f"The music model {model} cannot be loaded ({error}); install mien again.") from error
        self.card: AffectCard = parse_affect_card(
            self._session.get_modelmeta().custom_metadata_map.get(CARD_KEY, "there is no card")
        )
        self._check(model, tuple(features))

    def _check(self, model: Path, features: tuple[str, ...]) -> None:
        card = self.card
        if card.features != features or card.description_version != DESCRIPTION_VERSION:
            raise ModelError(
                f"The music model {model} was trained on another description of sound ({len(card.features)} features "
                f"of version {card.description_version}; this program makes {len(features)} of version "
                f"{DESCRIPTION_VERSION}); install mien again."
            )
        wordless = {trait.feature for trait in card.traits} - set(WORDS)
        if wordless:
            raise ModelError(
                f"The music model {model} tells of {', '.join(sorted(wordless))}, for which there is no word; "
                "install mien again."
            )
        shapes = {part.name: part.shape[1:] for part in (*self._session.get_inputs(), *self._session.get_outputs())}
        expected = {INPUT_NAME: [len(features)], AFFECT_NAME: [2], SPREAD_NAME: [2]}
        if shapes != expected:
            raise ModelError(
                f"The music model {model} has {shapes}, but its card promises {expected}; install mien again."
            )

    def place(self, features: NDArray[np.float32]) -> Place:
        """Place one sound by its features, float32 [number of features]."""
        affect, spread = self._session.run([AFFECT_NAME, SPREAD_NAME], {INPUT_NAME: features[np.newaxis]})
        valence, arousal = np.clip(np.asarray(affect[0], np.float64), -1.0, 1.0).tolist()
        return Place(Affect(valence, arousal), float(spread[0, 0]), float(spread[0, 1]))
