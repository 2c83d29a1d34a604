"""Makes what a machine of the bench plays and sees: python tests/device/make_media.py FOLDER.

FOLDER/music gets long tracks without a quiet place, so that silence is a fault and a new track is one too: the demo's
pieces, repeated without their ends. FOLDER/face.mp4 is a person who looks into a camera, from the development data, or
a grey picture where that is missing.
"""

import os
import sys
from pathlib import Path

import cv2
import numpy as np
import soundfile

from mien.demo.composer import render
from mien.demo.score import PIECES, Piece
from mien.demo.synth import RATE

ROOT = Path(__file__).parents[2]
TRACK_SECONDS = 1200.0
CLIP_SECONDS = 1800.0
FRAMES_PER_SECOND = 5.0
SIZE = (640, 480)


def write_track(piece: Piece, path: Path) -> None:
    tail_seconds = 0.8 + 2.0 * piece.sound.room
    body = render(piece)[: -round(tail_seconds * RATE)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for _ in range(round(TRACK_SECONDS * RATE / len(body))):
            file.write(body)


def picture() -> np.ndarray:
    data = Path(os.environ.get("MIEN_DEV_DATA") or ROOT / "../shared/data")
    image = cv2.imread(str(data / "photos/faceapi_happy.jpg"))
    return np.full((*SIZE[::-1], 3), 127, np.uint8) if image is None else cv2.resize(image, SIZE)


def write_clip(path: Path) -> None:
    clip = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FRAMES_PER_SECOND, SIZE)
    image = picture()
    for number in range(round(CLIP_SECONDS * FRAMES_PER_SECOND)):
        clip.write(np.roll(image, number % 8, axis=1))  # nobody stands as still as a photo
    clip.release()


def main() -> None:
    folder = Path(sys.argv[1])
    for piece in PIECES[::2]:
        write_track(piece, folder / "music" / piece.mood / f"{piece.name}.flac")
    write_clip(folder / "face.mp4")


if __name__ == "__main__":
    main()
