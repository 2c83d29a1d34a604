"""Hears the clips as the device hears a track, and keeps what was heard, since it takes minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.music.hearing.ear import Listener
from mien.music.hearing.features import described_names
from mien_training.music.clips import Clips

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Features of clips, float32 [N, number of names], and their names."""

    features: Features
    names: tuple[str, ...]

    @property
    def blocks(self) -> tuple[slice, ...]:
        """Where the description, the tags and the network's last layer stand in a row."""
        described = len(described_names())
        tags = sum(name.startswith("tag ") for name in self.names)
        return slice(0, described), slice(described, described + tags), slice(described + tags, len(self.names))


def hear_clips(clips: Clips, tag_network: Path, kept: Path, progress: Callable[[], None]) -> Heard:
    """Return the features of all clips; what `kept` (an .npz file) holds already is not heard again.

    Raises:
        UnreadableError: a clip cannot be decoded.
        ModelError: the tag network cannot be loaded.
    """
    listener = Listener(tag_network)
    known = _read(kept, listener.version)
    for path in clips.files:
        if path.name not in known:
            known[path.name] = listener.listen(path).features
        progress()
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(kept, version=listener.version, files=list(known), features=np.stack(list(known.values())))
    return Heard(np.stack([known[path.name] for path in clips.files]), listener.names)


def _read(kept: Path, version: str) -> dict[str, Features]:
    if not kept.exists():
        return {}
    with np.load(kept, allow_pickle=False) as stored:
        if str(stored["version"]) != version:
            return {}
        return dict(zip(stored["files"].tolist(), stored["features"], strict=True))
