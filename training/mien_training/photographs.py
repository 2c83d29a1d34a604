"""Measures the shipped model as the device uses it, on whole photographs: is a face found, is a smile told from none?

The folder is the development data: `london/` (neutral and smiling portraits), `photos/` (stills with faces) and
`noface/` (stills without one; names that begin with `animal_` or are drawings are traps, counted apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mien.app import build_judge
from mien.config import load
from mien.eye.photo import decode_photo
from mien.types import Emotion, Judgement
from mien_training.errors import TrainingError

_SUFFIXES = {".jpg", ".jpeg", ".png"}
_TRAPS = ("animal_", "unstitched", "shelf")


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many."""

    name: str
    hits: int
    total: int


def measure_photographs(data: Path) -> list[Count]:
    """Judge every photograph of the development data.

    Raises:
        TrainingError: the folder holds no such photographs.
    """
    if not (data / "london").is_dir():
        raise TrainingError(f"{data} is not the development data: it has no folder 'london'.")
    judge = build_judge(load())

    def look(folder: Path) -> dict[str, Judgement]:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        return {path.name: judge.judge(decode_photo(path.read_bytes(), str(path))) for path in paths}

    try:
        portraits = {emotion: look(data / "london" / name) for emotion, name in _PORTRAITS}
        photos, empty = look(data / "photos"), look(data / "noface")
    finally:
        judge.close()
    strict = [judgement for name, judgement in empty.items() if not name.startswith(_TRAPS)]
    traps = [judgement for name, judgement in empty.items() if name.startswith(_TRAPS)]
    portrait_judgements = [judgement for group in portraits.values() for judgement in group.values()]
    return [
        Count("photos with a face found", *_found(list(photos.values()))),
        Count("london portraits with a face found", *_found(portrait_judgements)),
        Count("strict negatives with a face found", *_found(strict)),
        Count("traps with a face found", *_found(traps)),
        Count("london, smiling against neutral by the two outputs", *_told(portraits, among_two=True)),
        Count("london, smiling against neutral by all seven outputs", *_told(portraits, among_two=False)),
    ]


_PORTRAITS = ((Emotion.NEUTRAL, "neutral"), (Emotion.HAPPY, "smiling"))


def _found(judgements: list[Judgement]) -> tuple[int, int]:
    return sum(bool(judgement.faces) for judgement in judgements), len(judgements)


def _told(portraits: dict[Emotion, dict[str, Judgement]], *, among_two: bool) -> tuple[int, int]:
    hits = 0
    for emotion, group in portraits.items():
        for judgement in group.values():
            expression = judgement.faces[0].expression if judgement.faces else None
            if expression is None:
                continue
            shares = expression.as_dict()
            happier = shares[Emotion.HAPPY] > shares[Emotion.NEUTRAL]
            told = (Emotion.HAPPY if happier else Emotion.NEUTRAL) if among_two else expression.top
            hits += told is emotion
    return hits, sum(len(group) for group in portraits.values())
