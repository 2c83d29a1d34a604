"""Does a tone come out where it is wanted?"""

from __future__ import annotations

from collections.abc import Iterable

from mien.doctor.cards import Card, look_around
from mien.doctor.child import ask
from mien.doctor.finding import State
from mien.doctor.position import position_of
from mien.doctor.question import Question
from mien.doctor.service import PLAYER, installed_unit
from mien.setup.beside import player_beside
from mien.setup.draft import Draft
from mien.setup.questions import Questions

_AGAIN, _GO_ON, _AUTO = "again", "go on", "auto"


def ask_sound(questions: Questions, draft: Draft) -> Draft:
    """Play a tone, and another way until one is heard; a player that plays already is not disturbed."""
    questions.title("Can you hear it?")
    if player_beside(draft.settings) is not None:
        questions.say("A player runs and has the sound output, so no tone is played. To try it, stop the player first.")
        return draft
    tried: set[str] = set()
    trial = draft
    while True:
        audio = trial.settings.audio
        tried.add(audio.device)
        if audio.output == "silent":
            questions.say("Nothing sounds, since audio.output is 'silent'.")
        elif _sounds(questions, trial):
            return trial
        options = _ways_on(look_around().cards)
        default = next((device for device in options if device not in {*tried, _AGAIN, _AUTO}), _GO_ON)
        answer = questions.choose("Sound", options, default)
        if answer == _GO_ON:
            return draft
        trial = _with_output(trial, answer)


def _sounds(questions: Questions, draft: Draft) -> bool:
    """Play a tone, in a process that may hang or end without harm, and ask whether it was heard."""
    questions.say("A tone is played ...")
    finding = list(ask(("sound",), Question(draft.settings), position_of(installed_unit(PLAYER))))[-1]
    questions.say(finding.message)
    return finding.state is State.GOOD and questions.agree("Did you hear it?", default=True)


def _ways_on(cards: Iterable[Card]) -> dict[str, str]:
    return {
        _AGAIN: "once more, when a plug or a loudspeaker is put right",
        _AUTO: "what the system plays through",
        **{card.device: f"the card {card.name}" for card in cards},
        _GO_ON: "go on with the sound as it was: `mien doctor` tells more",
    }


def _with_output(draft: Draft, answer: str) -> Draft:
    if answer == _AGAIN:
        return draft
    if answer == _AUTO:
        return draft.choose("audio", output="auto", device="")
    return draft.choose("audio", output="alsa", device=answer)
