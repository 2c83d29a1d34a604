"""Which camera, and how a face stands in its picture."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping

from mien.config import Settings
from mien.doctor.camera import maker
from mien.errors import SettingsError
from mien.eye.device_names import video_devices
from mien.eye.device_probe import explain
from mien.setup.beside import player_beside
from mien.setup.draft import Draft
from mien.setup.mirror import look_into
from mien.setup.questions import Questions
from mien.types import Fault

NO_CAMERA = "none"
_AUTO, _OTHER = "auto", "other"
_COME_BACK = "when one is there, `mien setup` asks again."


def with_camera(draft: Draft, source: str) -> Draft:
    """Return the draft with this source, or for `NO_CAMERA` without an eye."""
    if source == NO_CAMERA:
        return draft.choose("eye", enabled=False)
    return draft.choose("eye", enabled=True).choose("camera", source=source)


def cameras_here() -> dict[str, str]:
    """Return {source: words} of the cameras of this machine."""
    found = {}
    for device in video_devices():
        state = explain(device).fault
        if state is not Fault.CAMERA_MISSING:
            in_use = " (another program has it)" if state is Fault.CAMERA_BUSY else ""
            found[device] = f"{maker(device)}{device}{in_use}"
    if importlib.util.find_spec("picamera2") is not None:
        found["picamera"] = "a Raspberry Pi's ribbon camera"
    return found


def ask_camera(
    questions: Questions, draft: Draft, look_around: Callable[[], Mapping[str, str]] = cameras_here
) -> Draft:
    """Ask for the camera, and show how a face stands in its picture; without any, Enter takes music alone."""
    questions.title("Which camera?")
    while True:
        settings, found = draft.settings, look_around()
        is_missing = settings.eye.enabled and settings.camera.source == _AUTO and not found
        if is_missing:
            questions.say("No camera was found. Plug one in and choose the first entry, or have music without one.")
        without = not settings.eye.enabled or (is_missing and not draft.exists)
        usual = NO_CAMERA if without else settings.camera.source
        source = questions.choose("Camera", camera_options(settings, found), usual)
        trial = with_camera(draft, _typed(questions, draft) if source == _OTHER else source)
        if source == NO_CAMERA:
            questions.say(f"Music plays without a camera; {_COME_BACK}")
            return trial
        kept = _kept_without(questions, trial) if source == _AUTO and not look_around() else _try(questions, trial)
        if kept is not None:
            return kept


def camera_options(settings: Settings, found: Mapping[str, str]) -> dict[str, str]:
    """Return {source: words} of what can be chosen: what is there, what is set now, and what goes without a camera."""
    options = {_AUTO: "the first camera that gives a picture", **found}
    options.setdefault(settings.camera.source, f"{settings.camera.shown_source}, as it is set now")
    options[_OTHER] = "a video file, a folder of pictures, or a network camera's address"
    options[NO_CAMERA] = "none: music without a camera"
    return options


def _typed(questions: Questions, draft: Draft) -> str:
    while True:
        source = questions.text("File or address")
        try:
            return with_camera(draft, source).settings.camera.source
        except SettingsError as error:
            questions.say(str(error))


def _kept_without(questions: Questions, trial: Draft) -> Draft | None:
    """Ask who chose a camera that is not there yet; None where another source is wanted."""
    questions.say("There is no camera to try yet: mien takes the first one that is plugged in.")
    return None if questions.agree("Choose something else?", default=False) else trial


def _try(questions: Questions, trial: Draft) -> Draft | None:
    """Show the framing; None where another camera is wanted."""
    settings = trial.settings
    if player_beside(settings) is not None:
        questions.say("A player runs and has the camera. To see how you stand in its picture, stop the player first.")
        return trial
    for_seat = settings.people.follow == "seat"
    where = "Sit down where the driver sits" if for_seat else "Sit where you will be"
    questions.say(f"{where}, and look at the camera. Enter goes on.")
    framing = look_into(questions.console, settings, for_seat=for_seat)
    if framing.complaint is not None:
        questions.say(framing.complaint)
        return None if questions.agree("Choose another camera?", default=False) else trial
    if for_seat and framing.seat is not None and questions.agree("Is the dotted box the seat?", default=True):
        return trial.choose("people", seat=list(framing.seat))
    return trial
