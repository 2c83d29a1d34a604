"""Where each peer lives and what it was installed with."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mien_benchmarks.bench import BenchmarkError, output_of

_HERE = Path(__file__).parent
_SECONDS = "install-seconds.json"
# What `fer` needs to run: its own list leaves out setuptools, and names packages that it never loads, a CUDA build of
# PyTorch among them. OpenCV 5 has no cascades.
_FER = ("tensorflow-cpu", "opencv-python-headless<5", "setuptools<81", "pandas", "pillow", "requests", "tqdm")
_HUMAN = ("@vladmandic/human@3.3.6", "@tensorflow/tfjs@4", "@tensorflow/tfjs-backend-wasm@4")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another package.

    Args:
        name: as the tables say it.
        installing: the commands that fill its folder, which is there and is where they run.
        looking: given its folder and the frames', the command that looks at them and prints figures.
    """

    name: str
    installing: tuple[tuple[str, ...], ...]
    looking: Callable[[Path, Path], tuple[str | Path, ...]]


PEERS = (
    Peer(
        "fer",
        (
            (sys.executable, "-m", "venv", "venv"),
            ("venv/bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "fer==25.10.3"),
            ("venv/bin/python", "-m", "pip", "install", "--quiet", *_FER),
        ),
        lambda folder, frames: (folder / "venv/bin/python", "-P", _HERE / "fer_frame.py", frames),
    ),
    Peer(
        "human",
        (("npm", "install", "--prefix", ".", "--no-audit", "--no-fund", "--silent", *_HUMAN),),
        lambda folder, frames: ("node", _HERE / "human_frame.cjs", folder, frames),
    ),
)


def install(folder: Path, told: Callable[[str], None], peers: tuple[Peer, ...] = PEERS) -> None:
    """Make the environment of each peer that is not yet in the folder, and note how long that took.

    Raises:
        BenchmarkError: an installation failed.
    """
    for peer in peers:
        own = folder / peer.name
        if (own / _SECONDS).exists():
            told(f"{peer.name} is in {own} already.")
            continue
        own.mkdir(parents=True, exist_ok=True)
        told(f"installing {peer.name} in {own}")
        began = time.monotonic()
        for command in peer.installing:
            output_of(command, folder=own)
        (own / _SECONDS).write_text(json.dumps(time.monotonic() - began), encoding="utf-8")


def check_installed(folder: Path, peers: Sequence[Peer] = PEERS) -> None:
    """Make sure that each peer and the program that runs it are there.

    Raises:
        BenchmarkError: one is not.
    """
    for peer in peers:
        seconds_to_install(peer, folder)
        program = peer.looking(folder / peer.name, folder)[0]
        if shutil.which(program) is None:
            raise BenchmarkError(f"{peer.name} is run by {program}, which is not there: install it.")


def seconds_to_install(peer: Peer, folder: Path) -> float:
    """Return what `install` noted.

    Raises:
        BenchmarkError: the peer is not there.
    """
    path = folder / peer.name / _SECONDS
    try:
        return float(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BenchmarkError(f"{path} is not there; run `python -m mien_benchmarks peers {folder}`.") from error
