"""Which music a mood asks for: a way of places on the valence-arousal plane, by one of four policies.

`match` mirrors the mood. `lift` meets it and leads it to a better place, `calm` leads everybody to rest, and `drive`
keeps a driver awake and unexcited. Their places stand in the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.config import Settings
from mien.sections.playing import PolicySettings
from mien.types import Affect, Emotion, Mood, PolicyName

_NEUTRAL_RADIUS = 0.25
_UNDECIDED = "undecided"

Ways = Mapping[str, tuple[Affect, ...]]


@dataclass(frozen=True, slots=True)
class Aim:
    """The place where the next track should lie, and how far from it all is as good.

    It is the place number `step` (from 1) of a way of `steps`. `shuns_angry`: angry music stands back behind all else.
    """

    affect: Affect
    radius: float = 0.0
    step: int = 1
    steps: int = 1
    shuns_angry: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """Where moods lead. `ways` holds one for each emotion and for `undecided`; None mirrors the mood.

    `guided` walks a way from place to place (the iso principle: meet a mood, then lead it). `changes_at_once` are the
    moods for which even a policy that lets tracks end breaks one off; they are never answered with angry music.
    """

    ways: Ways | None
    guided: bool = False
    changes_at_once: frozenset[Emotion] = frozenset()

    def aim(self, mood: Mood, step: int = 0) -> Aim:
        """Return where the music for a mood should lie.

        Unguided, it is the calmest place of the mood's way, so that nothing stirs anybody up at once.

        Args:
            mood: what was decided.
            step: how many places of its way were left behind; counts only when guided.
        """
        # A resting or unclear face asks for nothing, so that it is not steered far.
        radius = _NEUTRAL_RADIUS if mood.emotion in (None, Emotion.NEUTRAL) else 0.0
        shuns_angry = mood.emotion in self.changes_at_once
        if self.ways is None:
            return Aim(mood.affect, radius, shuns_angry=shuns_angry)
        way = self.ways[_UNDECIDED if mood.emotion is None else mood.emotion.value]
        if not self.guided:
            return Aim(min(way, key=lambda place: place.arousal), radius, shuns_angry=shuns_angry)
        place = min(step, len(way) - 1)
        return Aim(way[place], radius, place + 1, len(way), shuns_angry)


def policy_of(settings: Settings, name: PolicyName | None = None) -> Policy:
    """Return the policy of a name, or the settings' one."""
    name = name or settings.music.policy
    tables = {"lift": settings.lift, "calm": settings.calm, "drive": settings.drive}
    ways = _ways(tables[name]) if name in tables else None
    # An abrupt change to calming music kept drivers calmer than a gradual one (van der Zwaag et al. 2013); they were
    # angriest with energetic, negative music (van der Zwaag et al. 2011).
    at_once = frozenset({Emotion.ANGRY, Emotion.FEAR}) if name == "drive" else frozenset[Emotion]()
    return Policy(ways, settings.music.guided, at_once)


def _ways(table: PolicySettings) -> Ways:
    return {
        name: tuple(Affect(valence, arousal) for valence, arousal in places)
        for name, places in table.model_dump().items()
    }
