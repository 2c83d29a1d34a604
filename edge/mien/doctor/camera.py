"""Does the source give a picture, and which cameras are there?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note
from mien.doctor.player import Running
from mien.errors import MienError
from mien.types import Fault, Frame

_SETTLING_FRAMES = 15  # a camera's first pictures are dark, until it has measured the light
_MOST_TRIED = 4  # a Raspberry Pi has a dozen devices besides its cameras
_EYE_FAULTS = {
    Fault.CAMERA_MISSING, Fault.CAMERA_BUSY, Fault.CAMERA_LOST, Fault.CAMERA_STALLED, Fault.PICTURE_BLACK,
    Fault.PICTURE_FROZEN, Fault.EYE_GONE, Fault.EYE_SILENT,
}  # fmt: skip


def check(settings: Settings, player: Running | None) -> Iterator[Finding]:
    """Take a picture of the source, and list the devices; a running eye's camera is left to it."""
    source = settings.camera.source
    is_device = source in ("auto", "picamera") or source.startswith("/dev/")
    if is_device and player is not None and player.has_none_of(_EYE_FAULTS):
        yield good("camera", f"The eye of the player that runs (process {player.process}) has the camera, and sees.")
    else:
        yield take_picture(settings)
    if is_device:
        yield from device_findings(settings)


def take_picture(settings: Settings) -> Finding:
    """Take one frame, of a camera after some others, and say what it is like."""
    from mien.eye.camera import open_camera
    from mien.eye.pace import steady

    source = settings.camera.shown_source
    try:
        camera = open_camera(settings.camera, steady(None), paced=False)
        with closing(camera.frames()) as frames:
            frame = _last(itertools.islice(frames, _SETTLING_FRAMES if camera.live else 1))
    except MienError as error:
        return bad("camera", str(error))
    return bad("camera", f"The source {source} holds no picture.") if frame is None else judge(source, frame)


def judge(source: str, frame: Frame) -> Finding:
    """Say what a picture is like."""
    from mien.eye.picture_watch import summarise

    height, width = frame.image.shape[:2]
    if summarise(frame.image).dark:
        return bad("camera", f"{source} gives black pictures: take off the camera's cover, or light the room.")
    brightness = f"brightness {100 * float(frame.image.mean()) / 255:.0f} %"
    return good("camera", f"{source} gives pictures of {width} x {height} pixels, {brightness}.")


def device_findings(
    settings: Settings, devices: Sequence[str] | None = None, root: Path = Path("/")
) -> Iterator[Finding]:
    """List the cameras by the names that stay when one is plugged in elsewhere, and what each of them gives.

    Args:
        settings: the settings.
        devices: their paths; None looks for them.
        root: the root of the file system in which their makers' names are looked up.
    """
    from mien.eye.camera import video_devices
    from mien.eye.device_probe import explain

    found = video_devices() if devices is None else devices
    states = [(device, explain(device)) for device in found]
    cameras = [(device, state) for device, state in states if state.fault is not Fault.CAMERA_MISSING]
    if not cameras:
        yield note("cameras", "There is no camera device; a USB camera shows up as /dev/video0 when it is plugged in.")
    for number, (device, state) in enumerate(cameras):
        if state.fault is Fault.CAMERA_BUSY or number >= _MOST_TRIED:
            what = str(state) if state.fault is Fault.CAMERA_BUSY else f"{device} was not tried."
        else:
            what = take_picture(_with_source(settings, device)).message
        yield note("cameras", f"{maker(device, root)}{what}")


def _with_source(settings: Settings, device: str) -> Settings:
    return settings.model_copy(update={"camera": settings.camera.model_copy(update={"source": device})})


def maker(device: str, root: Path = Path("/")) -> str:
    """Return what a camera calls itself, to stand before the rest of the line."""
    with suppress(OSError):
        name = root / "sys/class/video4linux" / Path(device).resolve().name / "name"
        return f"{name.read_text(encoding='utf-8', errors='replace').strip()}: "
    return ""


def _last(frames: Iterator[Frame]) -> Frame | None:
    frame = None
    for frame in frames:  # noqa: B007 - the last one is asked for
        pass
    return frame
