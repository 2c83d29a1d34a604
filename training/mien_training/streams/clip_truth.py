"""What the development clips show, by the clips' list (`videos/clips.csv`): written by people who looked at them.

Left out, as gaps, is what is none of the seven emotions (a worried face, puffed cheeks), the moments of change, and
what the list does not tell. The times of the three clips of one man were read off their frames to a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Mapping

from mien.types import Emotion
from mien_training.streams.truth import Segment, Truth


def _truth(*segments: tuple[float, float, Emotion | None]) -> Truth:
    return Truth(tuple(Segment(*segment) for segment in segments))


CLIP_TRUTHS: Mapping[str, Truth] = {
    "pyfeat_WolfgangLanger_Pexels.mp4": _truth((0.0, 6.0, Emotion.SAD), (10.5, 19.6, Emotion.HAPPY)),
    "pyfeat_single_face.mp4": _truth((0.0, 0.5, Emotion.NEUTRAL), (0.7, 2.3, Emotion.HAPPY)),
    "pyfeat_face_noface.mov": _truth((0.0, 0.6, Emotion.NEUTRAL), (0.8, 2.4, Emotion.HAPPY), (2.8, 6.4, None)),
    "pyfeat_noface_face.mov": _truth((0.0, 3.6, None), (3.7, 4.2, Emotion.NEUTRAL), (4.4, 6.1, Emotion.HAPPY)),
    "lp_d0.mp4": _truth((0.0, 0.7, Emotion.NEUTRAL), (0.8, 2.7, Emotion.HAPPY), (3.0, 3.1, Emotion.NEUTRAL)),
    "lp_d9.mp4": _truth((0.0, 4.0, Emotion.NEUTRAL), (9.9, 12.0, Emotion.HAPPY), (13.0, 19.6, Emotion.NEUTRAL)),
    "lp_d14.mp4": _truth((0.0, 9.0, Emotion.HAPPY), (11.5, 16.0, Emotion.SAD), (16.5, 17.9, Emotion.NEUTRAL)),
    "lp_s18.mp4": _truth((0.0, 9.4, Emotion.NEUTRAL)),
    "intel_head-pose-face-detection-male.gif": _truth((0.0, 5.0, Emotion.HAPPY)),
    "intel_head-pose-face-detection-female-and-male.gif": _truth((0.0, 4.5, Emotion.NEUTRAL)),
}
"""By file name. Where a clip shows two people, it is what both show."""

# Played to the camera, with grimaces or raised brows between: whoever sees them at once would not say the same for all.
_PLAYED = {"lp_d9.mp4": (13.0,), "lp_d14.mp4": (0.0, 11.5)}


def held(name: str) -> Truth:
    """Return a clip's truth without the stretches that are played: what is left is held as a mood is."""
    return Truth(tuple(one for one in CLIP_TRUTHS[name].segments if one.start not in _PLAYED.get(name, ())))
