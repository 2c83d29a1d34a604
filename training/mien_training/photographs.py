"""Measures the shipped model as the device uses it, on whole photographs: is a face found, is a smile told from none?

The folder is the development data: `london/` (neutral and smiling portraits), `photos/` (stills with faces) and
`noface/` (stills without one; names that begin with `animal_` or are drawings are traps, counted apart).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mien.app.parts import build_judge
from mien.config import Settings
from mien.eye.photo import read_photo
from mien.setting_layers import default_values
from mien.types import Emotion, Judgement
from mien_training.errors import TrainingError

_SUFFIXES = {".jpg", ".jpeg", ".png"}
_TRAPS = ("animal_", "unstitched", "shelf")
LONDON = "london"
_PORTRAITS = {Emotion.NEUTRAL: "neutral", Emotion.HAPPY: "smiling"}

Key = TypeVar("Key")


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
    portraits = judge_portraits(data)
    photos, empty = _judge({name: data / name for name in ("photos", "noface")}).values()
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


def judge_portraits(data: Path) -> dict[Emotion, dict[str, Judgement]]:
    """Judge the portraits of the development data: for what they show, by the name of the file.

    Raises:
        TrainingError: the folder holds no such photographs.
    """
    return _judge({emotion: data / LONDON / name for emotion, name in _PORTRAITS.items()})


def is_told(judgement: Judgement, emotion: Emotion, *, among_two: bool = True) -> bool:
    """Say whether a portrait was told rightly, by the outputs happy and neutral or by all seven."""
    expression = judgement.faces[0].expression if judgement.faces else None
    if expression is None:
        return False
    shares = expression.as_dict()
    happier = shares[Emotion.HAPPY] > shares[Emotion.NEUTRAL]
    return emotion is ((Emotion.HAPPY if happier else Emotion.NEUTRAL) if among_two else expression.top)


def _judge(folders: Mapping[Key, Path]) -> dict[Key, dict[str, Judgement]]:
    """Judge every picture of the folders, as the device does with its settings as they come."""
    if missing := [folder for folder in folders.values() if not folder.is_dir()]:
        raise TrainingError(f"This is not the development data: there is no folder {missing[0]}.")
    judge = build_judge(Settings.model_validate(default_values()))
    try:
        return {
            key: {
                path.name: judge.judge(read_photo(path))
                for path in sorted(folder.iterdir())
                if path.suffix.lower() in _SUFFIXES
            }
            for key, folder in folders.items()
        }
    finally:
        judge.close()


def _found(judgements: list[Judgement]) -> tuple[int, int]:
    return sum(bool(judgement.faces) for judgement in judgements), len(judgements)


def _told(portraits: dict[Emotion, dict[str, Judgement]], *, among_two: bool) -> tuple[int, int]:
    told = [
        is_told(judgement, emotion, among_two=among_two)
        for emotion, group in portraits.items()
        for judgement in group.values()
    ]
    return sum(told), len(told)
