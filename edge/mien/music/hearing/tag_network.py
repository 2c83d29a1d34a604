"""Says which of 50 listeners' words fit a sound, with the network MSD_musicnn in ONNX Runtime."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.errors import ModelError
from mien.music.hearing.decode import RATE, Sound
from mien.music.hearing.mel import BANDS, FRAMES, PATCH_SECONDS, patch_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

CARD_KEY = "mien.card"
INPUT_NAME, TAGS_NAME, FEATURES_NAME = "patches", "tags", "features"
TAGS, FEATURES = 50, 200
PATCHES = 9
"""Of 3 s each, spread over a sound's excerpts."""


def shipped_tag_network() -> Path:
    """Return where the network that comes with mien lies."""
    return Path(str(resources.files("mien").joinpath("models/music_tags.onnx")))


@dataclass(frozen=True, slots=True, eq=False)
class Tags50:
    """How far each tag fits, float32 [50] in [0, 1], and the network's last hidden layer, float32 [200].

    Both are means over time.
    """

    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]


class TagNetwork:
    """The tag network, on one thread of the CPU. `names` are the tags, in the order of the probabilities.

    Raises:
        ModelError: the file is missing, is no ONNX model, or its card or shapes are not the tag network's.
    """

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # its plan takes more memory than the patches that it plans for
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # boundary: ONNX Runtime's exceptions have no common public base
            raise ModelError(f"The model {model} cannot be loaded ({error}); install mien again.") from error
        self.names = _names(self._session.get_modelmeta().custom_metadata_map.get(CARD_KEY, "{}"))
        shapes = {part.name: part.shape[1:] for part in (*self._session.get_inputs(), *self._session.get_outputs())}
        expected = {INPUT_NAME: [FRAMES, BANDS], TAGS_NAME: [TAGS], FEATURES_NAME: [FEATURES]}
        if shapes != expected or len(self.names) != TAGS:
            raise ModelError(
                f"The model {model} is not the tag network (it has {shapes} and {len(self.names)} tags); "
                "install mien again."
            )

    def listen(self, sound: Sound) -> Tags50:
        """Return the means over patches of 3 s, spread evenly over the excerpts."""
        patches = (patch_at(excerpt, RATE, start) for excerpt, start in patch_places(sound))
        heard = [self._session.run([TAGS_NAME, FEATURES_NAME], {INPUT_NAME: patch[np.newaxis]}) for patch in patches]
        probabilities, features = (np.concatenate(rows).mean(axis=0) for rows in zip(*heard, strict=True))
        return Tags50(probabilities, features)


def patch_places(sound: Sound) -> list[tuple[NDArray[np.float32], int]]:
    """Return where patches begin: each excerpt has its share of them, or as many as fit without overlap."""
    share = -(-PATCHES // len(sound.excerpts))
    size = PATCH_SECONDS * RATE
    places = []
    for excerpt in sound.excerpts:
        count = max(1, min(share, int(excerpt.size / size)))
        spare = max(0.0, excerpt.size - count * size) / count
        places += [(excerpt, int(number * (size + spare) + spare / 2)) for number in range(count)]
    return places


def _names(card: str) -> tuple[str, ...]:
    return tuple(json.loads(card).get("tags", ()))
