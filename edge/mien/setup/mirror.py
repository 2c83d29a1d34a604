"""Shows the framing live, until Enter."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from mien.config import Settings
from mien.setup.eye_child import EyeChild
from mien.setup.framing import Region, Seen, seat_around, text_picture, verdict
from mien.terminal_keys import Keys

_MOST_COLUMNS, _BESIDE_COLUMNS, _BESIDE_ROWS = 48, 2, 8
_WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Framing:
    """What came of it: why the eye cannot see, if so, and the seat around the face that was there last."""

    complaint: str | None
    seat: Region | None


def look_into(console: Console, settings: Settings, *, for_seat: bool) -> Framing:
    """Show where the face is until Enter; an eye that cannot see ends it, too.

    Args:
        console: a terminal.
        settings: with the camera to try.
        for_seat: the driver's seat is looked for.
    """
    with Keys() as keys, EyeChild(settings) as eye, Live(console=console, auto_refresh=False) as live:
        while keys.next(_WAIT_SECONDS) not in ("\r", "\n"):
            if not eye.is_running and not (eye.seen and eye.complaint is None):
                break
            live.update(_shown(console, settings, eye.seen, for_seat=for_seat), refresh=True)
        if not eye.seen:
            live.update(Text(), refresh=True)
        return Framing(eye.complaint, _seat(eye.seen))


def _shown(console: Console, settings: Settings, seen: tuple[Seen, ...], *, for_seat: bool) -> RenderableType:
    if not seen:
        return Text("The eye opens ...")
    columns = min(_MOST_COLUMNS, console.width - _BESIDE_COLUMNS)
    picture = text_picture(seen[-1], _seat(seen) if for_seat else None, columns, console.height - _BESIDE_ROWS)
    is_good, sentence = verdict(seen[-1], settings)
    return Group(
        Text("\n".join(picture), no_wrap=True),
        Text(sentence, "green" if is_good else "yellow"),
        Text("It is as in a mirror. Enter goes on.", "dim"),
    )


def _seat(seen: tuple[Seen, ...]) -> Region | None:
    return seat_around([one.faces[0] for one in seen if one.faces])
