"""Where mien will be."""

from __future__ import annotations

from mien.setup.draft import Draft
from mien.setup.questions import Questions

_PLACES = {
    "home": "home: one person in a room of their own; the nearest face chooses, and the music lifts the mood.",
    "kiosk": "kiosk: a public room; everybody counts alike and songs are played to their end. Tell visitors.",
    "drive": "drive: a car; the driver's seat alone counts, the music stays moderate, and there is no page.",
}


def ask_profile(questions: Questions, draft: Draft) -> Draft:
    """Ask for the place, whose profile the other answers go by."""
    questions.title("Where will mien be?")
    return draft.choose_profile(questions.choose("Place", _PLACES, draft.settings.profile))
