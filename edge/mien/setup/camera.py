"""Which camera, and how a face stands in its picture."""

from __future__ import annotations

import importlib.util

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
_OTHER = "other"


def with_camera(draft: Draft, source: str) -> Draft:
    """Return the draft with this source, or for `NO_CAMERA` without an eye."""
    if source == NO_CAMERA:
        return draft.choose("eye", enabled=False)
    return draft.choose("eye", enabled=True).choose("camera", source=source)


def ask_camera(questions: Questions, draft: Draft) -> Draft:
    """Ask for the camera, and show how a face stands in its picture."""
    questions.title("Which camera?")
    while True:
        settings = draft.settings
        present = settings.camera.source if settings.eye.enabled else NO_CAMERA
        source = questions.choose("Camera", camera_options(settings), present)
        trial = with_camera(draft, _typed(questions, draft) if source == _OTHER else source)
        if source == NO_CAMERA:
            return trial
        kept = _try(questions, trial)
        if kept is not None:
            return kept


def camera_options(settings: Settings) -> dict[str, str]:
    """Return {source: words} of what can be chosen: what is there, what is set now, and what goes without a camera."""
    options = {"auto": "the first camera that gives a picture"}
    for device in video_devices():
        state = explain(device).fault
        if state is not Fault.CAMERA_MISSING:
            in_use = " (another program has it)" if state is Fault.CAMERA_BUSY else ""
            options[device] = f"{maker(device)}{device}{in_use}"
    if importlib.util.find_spec("picamera2") is not None:
        options["picamera"] = "a Raspberry Pi's ribbon camera"
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
