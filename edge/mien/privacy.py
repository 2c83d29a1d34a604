"""The notice for the wall: what is seen, what is kept, what becomes of it, whom to ask. Pure: text in, text out."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from importlib import resources
from string import Template

_TITLE = "A camera here chooses the music"
_TITLE_BLIND = "No camera chooses the music here"
_SEEN = (
    "A camera looks at faces, and a small computer beside it judges the expression on them: happy, sad, surprised and "
    "the like. From that it chooses which music plays. The law calls this emotion recognition."
)
_BY_NETWORK = " The camera's pictures come over the network of this place."
_SEEN_BLIND = (
    "Nobody. The small computer that plays the music can look at faces through a camera, but that is turned off: no "
    "camera is opened, and no face is looked at."
)
_KEPT = (
    "No picture of anyone: each is judged in memory and forgotten. What is kept is which music played when, and for "
    "which expression."
)
_KEPT_BLIND = "Which music played when."
_TRACE_KEPT = (
    " For a while also numbers on each picture, which tell when somebody was here and how they looked, but not who "
    "they were."
)
_OWNER_KEPT = " Of one person, who asked for it, also seven numbers on how their face looks at rest."
_TOLD = " The word for the expression, and which music plays, are told to other devices or programs of this place."
_TOLD_BLIND = " Which music plays is told to other devices or programs of this place."
_NOTHING_SENT, _NO_PICTURE_SENT = "nothing is sent anywhere", "no picture is sent anywhere"
_NOT_DONE = f"Nobody is recognised, {_NOTHING_SENT}, and no sound is recorded."
_NOT_A_FEELING = " An expression is not a feeling: the judgement is often wrong, and is used for nothing but the music."
_BLANK = "_" * 40
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice depends on.

    Args:
        contact: who answers for the camera, and where they are found; empty leaves room to write it by hand.
        sees: a camera looks at faces.
        network_camera: pictures travel over the network between camera and computer, which must be said.
        keeps_baseline: numbers of the owner's face at rest may be kept, which must be said.
        keeps_trace: what is seen is recorded as numbers, which must be said; never without a camera that sees.
        tells_others: the mood goes to an MQTT broker or to programs of the owner's, which must be said.
    """

    contact: str = ""
    sees: bool = True
    network_camera: bool = False
    keeps_baseline: bool = False
    keeps_trace: bool = False
    tells_others: bool = False

    @property
    def title(self) -> str:
        """What stands above all."""
        return _TITLE if self.sees else _TITLE_BLIND

    def points(self) -> tuple[tuple[str, str], ...]:
        """Return the points, each a heading and what stands below it."""
        seen = _SEEN + _BY_NETWORK * self.network_camera if self.sees else _SEEN_BLIND
        kept = _KEPT + _TRACE_KEPT * self.keeps_trace if self.sees else _KEPT_BLIND
        told = (_TOLD if self.sees else _TOLD_BLIND) * self.tells_others
        not_done = _NOT_DONE.replace(_NOTHING_SENT, _NO_PICTURE_SENT) if self.tells_others else _NOT_DONE
        who = self.contact.strip().rstrip(".") + "." if self.contact.strip() else _BLANK
        return (
            ("What is seen", seen),
            ("What is kept", kept + _OWNER_KEPT * self.keeps_baseline + told),
            ("What is not done", not_done + _NOT_A_FEELING * self.sees),
            ("Whom to ask", f"{who} They answer questions{', and can turn the camera off' * self.sees}."),
        )

    def as_text(self) -> str:
        """Return the notice as plain text."""
        parts = [self.title, "=" * len(self.title), ""]
        for heading, words in self.points():
            parts += [heading, textwrap.fill(words, _WIDTH), ""]
        return "\n".join(parts)

    def as_page(self) -> str:
        """Return the notice as an HTML page for one sheet of A4; it loads nothing."""
        template = resources.files("mien").joinpath("privacy.html").read_text(encoding="utf-8")
        sections = "\n".join(
            f"      <section>\n        <h2>{heading}</h2>\n        <p>{_marked_up(words)}</p>\n      </section>"
            for heading, words in self.points()
        )
        return Template(template).substitute(title=self.title, sections=sections)


def _marked_up(words: str) -> str:
    return html.escape(words).replace(_BLANK, '<span class="blank"></span>')
