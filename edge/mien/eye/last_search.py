"""What the last search of a frame found, which spares the next frame one.

At most every second frame with faces goes without a search, and none that comes late: a mistake of the detector or of
the model is soon made good, and what tells a poster from a person (`mien.mood.stillness`) gets places that do not hang
on each other, three a second.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mien.eye.following import Patch, followed
from mien.eye.sameness import CropLook, RoomLook
from mien.types import Face, Frame, Observation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cut = Callable[[Frame, Face], NDArray[np.uint8]]

_FACES_SECONDS = 0.25  # after more, a face may be anywhere
_NOBODY_SECONDS = 2.0  # somebody may come in so dim a light that the room looks the same
_SURELY_EMPTY_SEARCHES = 6  # in a row: a face that is far or dim is missed now and then
_MOST_FOLLOWED = 2  # following more costs as much as a search


class LastSearch:
    """Holds small parts of the last frame that was searched, until the next search or `forget`.

    Args:
        cut: cuts a face out of a frame, as for the model.
    """

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._empty_searches = 0
        self.forget()

    def forget(self) -> None:
        """Hold nothing: the next frame is searched."""
        self._seen: Observation | None = None
        self._crops: Sequence[CropLook] = ()
        self._patches: Sequence[Patch] = ()
        self._room: RoomLook | None = None

    def keep(self, frame: Frame, seen: Observation, crops: Sequence[NDArray[np.uint8]]) -> None:
        """Remember what a search of a frame found.

        Args:
            frame: that was searched.
            seen: in it.
            crops: of the sightings, in their order; fewer where not all were read.
        """
        self.forget()
        self._seen = seen
        faces = [sighting.face for sighting in seen.sightings]
        self._empty_searches = 0 if faces else self._empty_searches + 1
        if self._empty_searches >= _SURELY_EMPTY_SEARCHES:
            self._room = RoomLook(frame.image)
        if len(crops) == len(faces):
            self._crops = [CropLook(crop) for crop in crops]
        if len(faces) <= _MOST_FOLLOWED:
            self._patches = [Patch.around(face, frame.image) for face in faces]

    def recall(self, frame: Frame) -> Observation | None:
        """Return what was seen, told for this moment, where each face or the empty room still looks the same."""
        if self._seen is None or not self._may_serve(frame, self._seen):
            return None
        if not self._shows_the_same(frame, self._seen):
            return None
        seen = self._seen
        if seen.sightings:
            self.forget()  # a face once: what was misread in it must not count for long
        return dataclasses.replace(seen, seen_at=frame.captured_at)

    def follow(self, frame: Frame) -> tuple[Face, ...] | None:
        """Return where the faces have gone, the largest first; None where the frame must be searched."""
        patches, seen = self._patches, self._seen
        if seen is None or not patches or not self._may_serve(frame, seen):
            return None
        self.forget()
        faces = [face for patch in patches if (face := followed(patch, frame.image)) is not None]
        if len(faces) < len(patches):
            return None
        return tuple(sorted(faces, key=lambda face: face.box.area, reverse=True))

    def _may_serve(self, frame: Frame, seen: Observation) -> bool:
        limit_seconds = _FACES_SECONDS if seen.sightings else _NOBODY_SECONDS
        is_soon = 0 <= frame.captured_at - seen.seen_at <= limit_seconds
        return is_soon and frame.image.shape[:2] == (seen.height, seen.width)

    def _shows_the_same(self, frame: Frame, seen: Observation) -> bool:
        if not seen.sightings:
            return self._room is not None and self._room.is_like(RoomLook(frame.image))
        if not self._crops:
            return False
        places = (sighting.face for sighting in seen.sightings)
        now = (CropLook(self._cut(frame, face)) for face in places)
        return all(before.is_like(one) for before, one in zip(self._crops, now, strict=True))
