"""Pictures that are no faces, in the forms in which FER2013 is had; a tiny network learns them in seconds."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS
from mien_training.data import SIDE, VOTE_COLUMNS, VOTE_ORDER, FaceSet

TINY = ["blocks=[1]", "width=8", "batch_size=32", "learning_rate=0.02", "warmup_epochs=0", "ema_decay=0.5"]
STRIPE_PERIODS = (24, 24, 12, 12, 6, 6, 3)


def make_faces(count: int, seed: int = 1) -> FaceSet:
    """Return noise under stripes whose period and direction are the class's; the votes agree with the label."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(EMOTIONS)
    places = np.arange(SIDE)
    images = rng.integers(0, 160, (count, SIDE, SIDE), dtype=np.uint8)
    for row, label in enumerate(labels):
        stripes = 48 + 47 * np.sin(2 * np.pi * (places / STRIPE_PERIODS[label] + rng.random()))
        images[row] += (stripes if label % 2 else stripes[:, np.newaxis]).astype(np.uint8)
    votes = np.zeros((count, len(VOTE_COLUMNS)), np.float32)
    votes[np.arange(count), np.array(VOTE_ORDER)[labels]] = 10
    return FaceSet(images, labels.astype(np.int64), votes)


def csv_row(image: NDArray[np.uint8], label: int, usage: str) -> str:
    return f"{label},{' '.join(map(str, image.ravel()))},{usage}\n"


def write_fer2013(folder: Path, **parts: FaceSet) -> tuple[Path, Path]:
    """Write fer2013.csv and fer2013new.csv; a picture whose votes are NaN gets no name, as in FERPlus."""
    faces_path, votes_path = folder / "fer2013.csv", folder / "fer2013new.csv"
    with faces_path.open("w") as pictures, votes_path.open("w") as votes:
        pictures.write("emotion,pixels,Usage\n")
        votes.write(f"Usage,Image name,{','.join(VOTE_COLUMNS)}\n")
        for usage, faces in parts.items():
            assert faces.votes is not None
            for image, label, row in zip(faces.images, faces.labels, faces.votes, strict=True):
                pictures.write(csv_row(image, int(label), usage))
                name = "fer.png" if np.isfinite(row[0]) else ""
                votes.write(f"{usage},{name},{','.join(str(int(vote)) for vote in np.nan_to_num(row))}\n")
    return faces_path, votes_path
