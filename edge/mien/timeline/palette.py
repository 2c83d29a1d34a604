"""A letter and a colour for each mood: the letter tells it where colours do not."""

from __future__ import annotations

from mien.types import Emotion, Presence

LETTERS = {
    Emotion.ANGRY.value: "A",
    Emotion.DISGUST.value: "D",
    Emotion.FEAR.value: "F",
    Emotion.HAPPY.value: "H",
    Emotion.SAD.value: "S",
    Emotion.SURPRISE.value: "O",
    Emotion.NEUTRAL.value: "N",
    Presence.UNSURE.value: "?",
    Presence.NOBODY.value: ".",
}
"""By the mood's name, in the order of a legend. An O is the mouth of a surprise: S is taken."""

COLOURS = {
    Emotion.ANGRY.value: "#e8603c",
    Emotion.DISGUST.value: "#9bb53c",
    Emotion.FEAR.value: "#b58ad0",
    Emotion.HAPPY.value: "#f2c530",
    Emotion.SAD.value: "#6aa5dc",
    Emotion.SURPRISE.value: "#f09ab8",
    Emotion.NEUTRAL.value: "#b9bec7",
}
"""All light enough for dark letters on them, on paper of any colour."""
INK = "#16181d"
