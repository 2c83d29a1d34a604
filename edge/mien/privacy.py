"""The notice for the wall: what is seen, what is kept, what becomes of it, whom to ask. Pure: text in, text out."""

from __future__ import annotations

import html
import textwrap
from importlib import resources
from string import Template

TITLE = "A camera here chooses the music"
_SEEN = (
    "A camera looks at faces, and a small computer beside it judges the expression on them: happy, sad, surprised and "
    "the like. From that it chooses which music plays. The law calls this emotion recognition."
)
_KEPT = (
    "No picture of anyone: each is judged in memory and forgotten. What is kept is which music played when, and for "
    "which expression."
)
_OWNER_KEPT = " Of one person, who asked for it, also seven numbers on how their face looks at rest."
_NOT_DONE = (
    "Nobody is recognised, nothing is sent anywhere, and no sound is recorded. An expression is not a feeling: the "
    "judgement is often wrong, and is used for nothing but the music."
)
_BY_NETWORK = " The camera's pictures come over the network of this place."
_NOTHING_SENT, _NO_PICTURE_SENT = "nothing is sent anywhere", "no picture is sent anywhere"
_TELLS_OTHERS = (
    " The word for the expression, and which music plays, are told to other devices or programs of this place."
)
_BLANK = "_" * 40
_WIDTH = 72


def points(
    contact: str, *, network_camera: bool = False, keeps_baseline: bool = False, tells_others: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return the notice's points, each a heading and what stands below it.

    Args:
        contact: who answers for the camera, and where they are found; empty leaves room to write it by hand.
        network_camera: pictures travel over the network between camera and computer, which must be said.
        keeps_baseline: numbers of the owner's face at rest may be kept, which must be said.
        tells_others: the mood goes to an MQTT broker or to programs of the owner's, which must be said.
    """
    not_done = _NOT_DONE.replace(_NOTHING_SENT, _NO_PICTURE_SENT) if tells_others else _NOT_DONE
    who = contact.strip().rstrip(".") + "." if contact.strip() else _BLANK
    return (
        ("What is seen", _SEEN + (_BY_NETWORK if network_camera else "")),
        ("What is kept", _KEPT + (_OWNER_KEPT if keeps_baseline else "") + (_TELLS_OTHERS if tells_others else "")),
        ("What is not done", not_done),
        ("Whom to ask", f"{who} They answer questions, and can turn the camera off."),
    )


def as_text(
    contact: str, *, network_camera: bool = False, keeps_baseline: bool = False, tells_others: bool = False
) -> str:
    """Return the notice as plain text."""
    parts = [TITLE, "=" * len(TITLE), ""]
    for heading, words in points(
        contact, network_camera=network_camera, keeps_baseline=keeps_baseline, tells_others=tells_others
    ):
        parts += [heading, textwrap.fill(words, _WIDTH), ""]
    return "\n".join(parts)


def as_page(
    contact: str, *, network_camera: bool = False, keeps_baseline: bool = False, tells_others: bool = False
) -> str:
    """Return the notice as an HTML page for one sheet of A4; it loads nothing."""
    template = resources.files("mien").joinpath("privacy.html").read_text(encoding="utf-8")
    sections = "\n".join(
        f"      <section>\n        <h2>{heading}</h2>\n        <p>{_marked_up(words)}</p>\n      </section>"
        for heading, words in points(
            contact, network_camera=network_camera, keeps_baseline=keeps_baseline, tells_others=tells_others
        )
    )
    return Template(template).substitute(title=TITLE, sections=sections)


def _marked_up(words: str) -> str:
    return html.escape(words).replace(_BLANK, '<span class="blank"></span>')
