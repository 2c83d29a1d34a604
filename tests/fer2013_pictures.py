"""FER2013 out of the development data's mosaics, without the detour of a CSV file."""

import csv
from pathlib import Path

import cv2
import numpy as np

from mien_training.data import SIDE, FaceSet


def read_pictures(folder: Path, usage: str, count: int | None = None) -> FaceSet:
    """Return the first pictures of Training or PublicTest with their original labels."""
    with (folder / "rows.csv").open(newline="") as handle:
        labels = [int(row["emotion"]) for row in csv.DictReader(handle) if row["usage"] == usage][:count]
    mosaic = cv2.imread(str(folder / f"{usage}.png"), cv2.IMREAD_GRAYSCALE)
    assert mosaic is not None
    rows, columns = mosaic.shape[0] // SIDE, mosaic.shape[1] // SIDE
    tiles = mosaic.reshape(rows, SIDE, columns, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)
    return FaceSet(tiles[: len(labels)].astype(np.uint8), np.array(labels, np.int64), None)
