"""mien's ear: decodes a sound file, describes it, asks the tag network, and places it on the valence-arousal plane."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mien.errors import ModelError
from mien.music.hearing.affect_model import AffectModel
from mien.music.hearing.decode import Sound, read_sound
from mien.music.hearing.describe import DESCRIPTION_VERSION, describe
from mien.music.hearing.features import feature_names, feature_vector
from mien.music.hearing.judge import is_music
from mien.music.hearing.spectrum import Array
from mien.music.hearing.tag_network import FEATURES, TagNetwork
from mien.music.hearing.traits import traits
from mien.types import Heard

_LISTENING_LEVEL = 0.1
"""Root mean square to which sound is brought for the tag network, so that loudness changes nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """A sound, its description by name, and all its features, float32 [number of names]."""

    sound: Sound
    description: dict[str, float]
    features: Array


class Listener:
    """Turns sound files into features; `names` are theirs, and `version` changes when a file's features would.

    Raises:
        ModelError: the tag network is missing or does not fit.
    """

    def __init__(self, tag_network: Path) -> None:
        self._network = TagNetwork(tag_network)
        self.names = feature_names(self._network.names, FEATURES)
        self.version = f"{DESCRIPTION_VERSION}-{_short_hash(tag_network)}"

    def listen(self, path: Path) -> Listened:
        """Decode and describe a file.

        Raises:
            UnreadableError: nothing in it can be decoded; the message is the reason, to stand after the file's name.
        """
        sound = read_sound(path)
        description = describe(sound.excerpts)
        return Listened(sound, description, feature_vector(description, self._network.listen(_levelled(sound))))


class SoundEar:
    """Hears where a sound file lies on the plane. To be used from one thread.

    Args:
        tag_network: the ONNX file of the tag network.
        affect_model: the ONNX file of the valence-arousal model.

    Raises:
        ModelError: a file is missing, torn or does not fit.
    """

    def __init__(self, tag_network: Path, affect_model: Path) -> None:
        self._listener = Listener(tag_network)
        self._model = AffectModel(affect_model, self._listener.names)
        self._version = f"{self._listener.version}-{_short_hash(affect_model)}"

    @property
    def version(self) -> str:
        """Another one when it would hear the same file otherwise."""
        return self._version

    def hear(self, path: Path) -> Heard:
        """Decode and judge a file.

        Raises:
            UnreadableError: nothing in it can be decoded; the message is the reason, to stand after the file's name.
        """
        listened = self._listener.listen(path)
        place = self._model.place(listened.features)
        return Heard(
            listened.sound.duration_seconds,
            listened.sound.loudness_lufs,
            place.affect,
            place.valence_spread,
            place.arousal_spread,
            traits(listened.description, place.affect, self._model.card.traits),
            is_music(listened.description),
        )


def _levelled(sound: Sound) -> Sound:
    power = np.mean([np.mean(np.square(excerpt, dtype=np.float64)) for excerpt in sound.excerpts])
    gain = np.float32(_LISTENING_LEVEL / np.sqrt(max(float(power), 1e-14)))
    return replace(sound, excerpts=tuple(excerpt * gain for excerpt in sound.excerpts))


def _short_hash(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()[:12]
    except OSError as error:
        raise ModelError(f"The music model {path} cannot be read: {error.strerror}; install mien again.") from error
