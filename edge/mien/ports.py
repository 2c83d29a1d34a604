"""What can be swapped, on one page. With types.py this is the architecture."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mien.types import (
    BaselineState,
    Choice,
    Emotion,
    Expression,
    Face,
    Frame,
    Heard,
    Judgement,
    Mood,
    Playback,
    PolicyName,
    Snapshot,
    Track,
    Trouble,
    Verdict,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Camera(Protocol):
    """A source of frames. It is opened by the first frame asked for, and given back when the iterator is closed."""

    @property
    def live(self) -> bool:
        """True when frames come at the world's pace, so that a slow reader must drop some."""
        ...

    def frames(self) -> Generator[Frame]:
        """Yield frames until the source ends.

        Raises:
            SourceError: the source cannot be opened, or a live one stopped giving pictures.
            PictureError: a picture of a folder cannot be read.
        """
        ...


class FaceDetector(Protocol):
    """Finds faces in a frame. Safe to call from any thread: photos come on another one than frames."""

    def detect(self, frame: Frame) -> tuple[Face, ...]:
        """Return the faces, the largest first; none is an empty tuple."""
        ...

    def close(self) -> None:
        """Release the detector; a second call does nothing."""
        ...


class Classifier(Protocol):
    """Reads the expression on a face. Safe to call from any thread."""

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        """Return the face, cut as the model wants it, background and all: grey, uint8 [S, S]."""
        ...

    def classify(self, crop: NDArray[np.uint8]) -> Expression:
        """Return the probabilities of the seven emotions."""
        ...


class Ear(Protocol):
    """Hears where a sound file lies on the valence-arousal plane. To be used from one thread."""

    @property
    def version(self) -> str:
        """Another one when it would hear the same file otherwise: what was heard before is then heard again."""
        ...

    def hear(self, path: Path) -> Heard:
        """Decode and judge a file.

        Raises:
            UnreadableError: nothing in it can be decoded; the message is the reason, to stand after the file's name.
        """
        ...


class TrackLibrary(Protocol):
    """The owner's music."""

    def tracks(self) -> Sequence[Track]:
        """Return every playable track, in a stable order."""
        ...

    def missing(self) -> str | None:
        """Say in a sentence that the music is away, as when its disk is unplugged; None while it is there.

        Cheap enough to be asked each few seconds.
        """
        ...


class MusicPlayer(Protocol):
    """Makes a track sound. Every call returns at once; a `TrackEnded` tells when the next one should begin.

    That may be some seconds before the end, so that the next track fades in while this one sounds out by itself; it
    stays the one that plays until then. It is told once for each track that was not replaced or stopped before.
    """

    def play(self, track: Track, start_seconds: float = 0.0) -> None:
        """Cross over from what sounds now to this track, from a place in it."""
        ...

    def pause(self) -> None:
        """Fade out and hold the place; does nothing when nothing plays."""
        ...

    def resume(self) -> None:
        """Fade in again after `pause`."""
        ...

    def stop(self) -> None:
        """Fade out and forget the track."""
        ...

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        ...

    @property
    def volume_percent(self) -> int:
        """The volume asked for, after the cap."""
        ...

    def playback(self) -> Playback:
        """Say what sounds now."""
        ...

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with the sound output now; None when all is well."""
        ...

    @property
    def responds(self) -> bool:
        """False while the sound output hangs inside a call that does not return."""
        ...

    def close(self) -> None:
        """Fade out, stop and give the sound device back; a second call does nothing."""
        ...


class Control(Protocol):
    """The page's and the bridges' only way into the player. Safe to call from any thread."""

    def snapshot(self) -> Snapshot:
        """Say what is seen, decided and played now."""
        ...

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        """Return the first snapshot newer than `version`, or the present one after the timeout."""
        ...

    def judge(self, photo: bytes) -> Judgement:
        """Have a photo (a picture file's bytes) judged in the eye's process.

        Raises:
            PictureError: the bytes are not a readable picture.
            LinkError: the eye does not run, or did not answer in time.
        """
        ...

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first."""
        ...

    def play(self, path: Path) -> None:
        """Play a track of the library.

        Raises:
            LibraryError: the library has no such track.
        """
        ...

    def skip(self) -> None:
        """Go to the next track for the present mood; skips that wait are one.

        Like all that changes something, it raises a LinkError where too much is asked at once.
        """
        ...

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Take what somebody says of the track that plays.

        Raises:
            LibraryError: another track plays by now.
        """
        ...

    def pause(self) -> None:
        """Pause the music until `resume`."""
        ...

    def resume(self) -> None:
        """Go on after `pause`."""
        ...

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        ...

    def override(self, emotion: Emotion, minutes: float) -> None:
        """Play for an emotion, whatever is seen, for so long: the moods that are decided meanwhile wait.

        Neither quick skips nor an empty room end it; a pause by hand lasts.

        Args:
            emotion: what to play for.
            minutes: from 1 to 1440, a day.

        Raises:
            ValueError: it is for less or more.
            LinkError: too much is asked at once.
        """
        ...

    def end_override(self) -> None:
        """Play again for what is seen; does nothing while nothing overrides it."""
        ...

    def set_policy(self, policy: PolicyName) -> None:
        """Choose from now on by another policy, also after the next start."""
        ...

    def set_watching(self, watching: bool) -> None:
        """Have the camera given back (False) or opened again, also after the next start.

        Raises:
            SettingsError: the settings say that no camera may be opened.
            LinkError: the player is busy or stops, or its eye does not say that the camera is closed.
            OutputError: the camera is closed, but not for the next start.
        """
        ...

    def cover(self, path: Path) -> bytes | None:
        """Return the picture of a track of the library, a JPEG, PNG or WebP; None when it has none.

        Raises:
            LibraryError: the library has no such track.
        """
        ...

    def learn_baseline(self) -> BaselineState:
        """Begin to learn the face at rest of the person followed; snapshots tell how far that is.

        Raises:
            LinkError: the player is busy or stops.
        """
        ...

    def forget_baseline(self) -> BaselineState:
        """Forget the face at rest, also where it is kept.

        Raises:
            LinkError: the player is busy or stops.
        """
        ...
