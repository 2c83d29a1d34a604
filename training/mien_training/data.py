"""FER2013 as its users have it: the Kaggle CSV or class folders, with the FERPlus votes joined when given."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS
from mien_training.errors import TrainingError

SIDE = 48
CSV_COLUMNS = ("emotion", "pixels", "Usage")
VOTE_COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
# The seven FERPlus columns in the order of EMOTIONS; contempt, unknown and NF (not a face) have no emotion here.
VOTE_ORDER = [
    VOTE_COLUMNS.index(n) for n in ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
]
FOLDER_NAMES = {"training": "Training", "train": "Training", "test": "PublicTest", "validation": "PublicTest"}


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Labelled faces: images uint8 [N, 48, 48], labels int64 [N], votes float32 [N, 10] or None.

    A row of votes is NaN where FERPlus does not know the picture.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32] | None

    def __post_init__(self) -> None:
        count = len(self.images)
        if self.images.shape != (count, SIDE, SIDE) or self.labels.shape != (count,):
            raise ValueError(f"images [N, 48, 48] and labels [N], got {self.images.shape} and {self.labels.shape}")
        if self.votes is not None and self.votes.shape != (count, len(VOTE_COLUMNS)):
            raise ValueError(f"votes [N, 10], got {self.votes.shape}")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def known(self) -> NDArray[np.bool_]:
        """True for pictures that FERPlus knows; for all of them without votes."""
        return np.full(len(self), True) if self.votes is None else np.isfinite(self.votes[:, 0])

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> FaceSet:
        """Return the chosen rows."""
        return FaceSet(self.images[rows], self.labels[rows], None if self.votes is None else self.votes[rows])


def read_faces(source: Path, votes: Path | None = None, *, keep_unknown: bool = False) -> dict[str, FaceSet]:
    """Read FER2013 from a CSV file or a folder of class folders -> {"Training": ..., "PublicTest": ...}.

    Args:
        source: the CSV file or the folder.
        votes: the FERPlus votes, row by row those of the CSV file.
        keep_unknown: keep pictures that FERPlus does not know; nearly all of them are not a face.

    Raises:
        TrainingError: the source is missing, torn, or not in one of the known forms, or has no Training part.
    """
    sets = _read(source, votes)
    if "Training" not in sets:
        raise TrainingError(f"{source} has no Training part, only {', '.join(sets)}; it is not the whole of FER2013.")
    return sets if keep_unknown else {usage: faces.take(faces.known) for usage, faces in sets.items()}


def _read(source: Path, votes: Path | None) -> dict[str, FaceSet]:
    if source.is_dir():
        if votes is not None:
            raise TrainingError(f"FERPlus votes ({votes}) go with the CSV form of FER2013, but {source} is a folder.")
        return _read_folders(source)
    return _read_csv(source, None if votes is None else _read_votes(votes))


def _read_csv(path: Path, votes: NDArray[np.float32] | None) -> dict[str, FaceSet]:
    rows = [_parse(row, f"{path}, line {number}") for number, row in enumerate(_rows(path, CSV_COLUMNS), start=2)]
    if not rows:
        raise TrainingError(f"{path} holds no pictures.")
    if votes is not None and len(votes) != len(rows):
        raise TrainingError(f"{path} has {len(rows)} rows but the votes have {len(votes)}; they must match row by row.")
    usages = np.array([usage for usage, _, _ in rows])
    everything = FaceSet(
        np.stack([image for _, _, image in rows]), np.array([label for _, label, _ in rows], np.int64), votes
    )
    return {str(usage): everything.take(usages == usage) for usage in np.unique(usages)}


def _parse(row: dict[str, str], where: str) -> tuple[str, int, NDArray[np.uint8]]:
    """Return a row's (usage, label, picture)."""
    try:
        pixels = np.array(row["pixels"].split(), dtype=np.uint8)
        label = int(row["emotion"])
    except (ValueError, AttributeError, OverflowError, TypeError) as error:
        raise TrainingError(f"{where}: not a FER2013 row ({error}); is the file torn?") from error
    if pixels.size != SIDE * SIDE or not 0 <= label < len(EMOTIONS) or row["Usage"] is None:
        raise TrainingError(
            f"{where}: a label from 0 to 6, 2304 pixels and a usage were expected, got the label {label}, "
            f"{pixels.size} pixels and the usage {row['Usage']}; is the file torn?"
        )
    return row["Usage"], label, pixels.reshape(SIDE, SIDE)


def _read_votes(path: Path) -> NDArray[np.float32]:
    """Return votes [N, 10]; a row of NaN where FERPlus has no picture."""
    votes = []
    for number, row in enumerate(_rows(path, ("Image name", *VOTE_COLUMNS))):
        try:
            known = bool(row["Image name"])
            votes.append([float(row[column]) if known else np.nan for column in VOTE_COLUMNS])
        except (ValueError, TypeError) as error:
            raise TrainingError(f"{path}, line {number + 2}: not a FERPlus row ({error}); is the file torn?") from error
    return np.array(votes, np.float32).reshape(-1, len(VOTE_COLUMNS))


def _rows(path: Path, columns: tuple[str, ...]) -> csv.DictReader[str]:
    if not path.is_file():
        raise TrainingError(f"{path} is not there; give the path of FER2013's file, or of a folder of class folders.")
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(path.read_text(encoding="utf-8", errors="replace").splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise TrainingError(f"{path} has no column {', '.join(missing)}; its columns are {reader.fieldnames}.")
    return reader


def _read_folders(root: Path) -> dict[str, FaceSet]:
    sets: dict[str, FaceSet] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        usage = FOLDER_NAMES.get(folder.name.lower())
        if usage in sets:
            raise TrainingError(
                f"{root} has two folders for {usage}, one of them {folder.name}; leave one of them there."
            )
        if usage is not None:
            sets[usage] = _read_class_folders(folder)
    if not sets:
        sets["Training"] = _read_class_folders(root)
    return sets


def _read_class_folders(folder: Path) -> FaceSet:
    images, labels = [], []
    for label, emotion in enumerate(EMOTIONS):
        for path in sorted((folder / emotion.value).glob("*")):
            image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            if image is None:
                raise TrainingError(f"{path} is not a picture that can be read; remove it or replace it.")
            images.append(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
            labels.append(label)
    if not images:
        names = ", ".join(emotion.value for emotion in EMOTIONS)
        raise TrainingError(f"{folder} has no pictures in class folders named {names}.")
    return FaceSet(np.stack(images).astype(np.uint8), np.array(labels, np.int64), None)


def label_targets(faces: FaceSet, smoothing: float = 0.0) -> NDArray[np.float32]:
    """Return the original labels as distributions, `smoothing` of them spread over all emotions -> float32 [N, 7]."""
    one_hot = np.eye(len(EMOTIONS), dtype=np.float32)[faces.labels]
    return (1 - smoothing) * one_hot + np.float32(smoothing / len(EMOTIONS))


def vote_targets(faces: FaceSet) -> NDArray[np.float32]:
    """Return the FERPlus vote distribution over the seven -> float32 [N, 7], rows sum to 1.

    Single votes are dropped as noise, as Barsoum et al. 2016 (arXiv 1608.01041) do. Where no vote for one of the seven
    is left, or no votes were given, the original label stands in.
    """
    one_hot = label_targets(faces)
    if faces.votes is None:
        return one_hot
    votes = faces.votes[:, VOTE_ORDER]
    votes = np.where(votes > 1, votes, 0)
    total = votes.sum(axis=1, keepdims=True)
    distribution: NDArray[np.float32] = np.divide(votes, total, out=one_hot, where=total > 0)
    return distribution


def plurality_labels(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the emotion with the most of the ten kinds of votes -> int64 [N], -1 where there is none.

    There is none in a tie, when contempt, unknown or not-a-face wins, and where FERPlus does not know the picture.
    """
    most = votes.max(axis=1, keepdims=True)
    unique = (votes == most).sum(axis=1) == 1  # NaN equals nothing
    emotion_of_column = np.array([VOTE_ORDER.index(c) if c in VOTE_ORDER else -1 for c in range(len(VOTE_COLUMNS))])
    return np.where(unique, emotion_of_column[votes.argmax(axis=1)], -1)


def true_labels(faces: FaceSet) -> NDArray[np.int64]:
    """Return what counts as right [N]: the FERPlus winner (-1: there is none), or without votes the original label."""
    return faces.labels if faces.votes is None else plurality_labels(faces.votes)
