"""The parts that several programs are built from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mien.config import Settings
from mien.types import PolicyName

if TYPE_CHECKING:
    from mien.eye.judge import FaceJudge
    from mien.music.choosing.choice import Chooser
    from mien.music.choosing.memory import Memory
    from mien.music.hearing.ear import SoundEar
    from mien.music.index.library import Library


def socket_path(settings: Settings) -> Path:
    """Return where eye and player meet."""
    return settings.paths.run_folder / "eye.sock"


def build_judge(settings: Settings) -> FaceJudge:
    """Load the face detector and the expression model.

    Raises:
        DetectorError: the detector cannot start.
        ModelError: the model is missing or does not fit.
    """
    import cv2

    from mien.eye.classifier import OnnxClassifier, shipped_model
    from mien.eye.detectors import begin_trial, open_detector
    from mien.eye.judge import FaceJudge

    cv2.setNumThreads(settings.eye.threads)  # its own are woken for pictures that one has done by then
    with begin_trial(settings.eye.detector) as trial:
        classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
        detector = open_detector(settings.eye.detector, settings.eye.face_score, trial)
    least_confidence = classifier.card.least_confidence(settings.eye.sure_percent)
    eye = settings.eye
    return FaceJudge(detector, classifier, eye.minimum_face_pixels, least_confidence, eye.most_faces, settings.people)


def open_library(settings: Settings, *, even_in_memory: bool = False) -> Library:
    """Open the index of the music folder; `even_in_memory` where its file cannot be opened.

    Raises:
        LibraryError: the index cannot be opened.
    """
    from mien.music.index.library import Library

    return Library(settings.paths.index_file, settings.music.library_folder, even_in_memory=even_in_memory)


def open_memory(settings: Settings, *, even_in_memory: bool = False) -> Memory:
    """Open what is remembered of plays and hands; `even_in_memory` where its file cannot be opened.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    from mien.music.choosing.memory import Memory

    return Memory(settings.paths.memory_file, even_in_memory=even_in_memory)


def build_ear() -> SoundEar:
    """Load what hears.

    Raises:
        ModelError: a model is missing or does not fit.
    """
    from mien.music.hearing.affect_model import shipped_affect_model
    from mien.music.hearing.ear import SoundEar
    from mien.music.hearing.tag_network import shipped_tag_network

    return SoundEar(shipped_tag_network(), shipped_affect_model())


def build_chooser(settings: Settings, policy: PolicyName | None = None) -> Chooser:
    """Return what ranks tracks, by a policy or by the settings' one."""
    from mien.music.choosing.choice import Chooser
    from mien.music.choosing.policies import policy_of

    music = settings.music
    return Chooser(policy_of(settings, policy), music.recent_tracks, music.seed, music.gentler_at_night)
