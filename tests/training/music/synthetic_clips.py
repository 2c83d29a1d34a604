"""Made-up clips whose valence and arousal hang on two of their features."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mien.music.hearing.features import described_names
from mien_training.music.clips import Clips, read_clips
from mien_training.music.hearing import Heard

TAGS, LAYER = 4, 6


def names() -> tuple[str, ...]:
    return (*described_names(), *(f"tag {n}" for n in range(TAGS)), *(f"layer {n}" for n in range(LAYER)))


def write_labels(folder: Path, count: int, seed: int = 1) -> np.ndarray:
    """Write labels.csv for clips of two sets and return the truth behind it, [count, 2]."""
    random = np.random.default_rng(seed)
    truth = random.standard_normal((count, 2))
    lines = ["file,set,group,quadrant,valence,arousal"]
    for number, (valence, arousal) in enumerate(truth + 0.3 * random.standard_normal((count, 2))):
        first = number % 3 != 0
        quadrant = {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[valence > 0, arousal > 0]
        scale, shift = (0.4, 0.1) if first else (0.1, -0.2)
        fields = ("one", f"a{number // 2}", str(quadrant)) if first else ("two", f"b{number}", "")
        lines.append(f"clip{number}.wav,{','.join(fields)},{scale * valence + shift:.4f},{scale * arousal + shift:.4f}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return truth


def make_clips(folder: Path, count: int = 90) -> tuple[Clips, Heard]:
    """Clips and what would be heard of them: a description that holds the truth, the rest chance."""
    truth = write_labels(folder, count)
    random = np.random.default_rng(2)
    features = random.standard_normal((count, len(names())))
    features[:, :20] += 2.0 * truth[:, :1]
    features[:, 20:40] += 2.0 * truth[:, 1:]
    features[:, 50] = 7.0  # one that never changes
    return read_clips(folder), Heard(features.astype(np.float32), names())
